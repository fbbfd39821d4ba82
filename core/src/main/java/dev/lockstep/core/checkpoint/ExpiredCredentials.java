package dev.lockstep.core.checkpoint;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Recognises that a storage refuses because a token or ticket has run out, however deep in a chain of causes it says so.
 * By names and words, because the exceptions are Hadoop's, and often come as texts from a server.
 */
public final class ExpiredCredentials {
    private static final Pattern SIGN = Pattern.compile(
            "SecretManager\\$InvalidToken|(?i:token .*(?:is expired|has expired|can't be found in cache))"
                    + "|Client cannot authenticate via|Failed to find any Kerberos tgt|GSS initiate failed",
            Pattern.DOTALL);

    private static final String ADVICE =
            "; the token or ticket for this storage has run out, or there was none: give Spark a principal and a keytab"
                    + " (spark.kerberos.principal and spark.kerberos.keytab, or --principal and --keytab of"
                    + " spark-submit), so that it renews them for the driver and all executors as long as the run lasts,"
                    + " and name other file systems than the cluster's own in spark.kerberos.access.hadoopFileSystems;"
                    + " after a kinit the same command goes on from the last checkpoint";

    private ExpiredCredentials() {}

    /** What to do, to be put behind a message; empty for a failure of another kind. */
    public static String advice(Throwable failure) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable cause = failure; cause != null && seen.add(cause); cause = cause.getCause()) {
            String text = cause.toString();
            if (text.contains(ADVICE)) {
                return "";
            }
            if (SIGN.matcher(text).find()) {
                return ADVICE;
            }
        }
        return "";
    }
}
