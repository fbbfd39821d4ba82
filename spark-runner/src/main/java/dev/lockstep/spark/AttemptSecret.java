package dev.lockstep.spark;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.spark.SparkEnv;
import org.jspecify.annotations.Nullable;

/**
 * The secret that the workers of one attempt share. Where Spark has a secret of its own it is derived from that on both
 * sides and never travels; otherwise a random one travels with the tasks.
 */
final class AttemptSecret {
    private static final int LENGTH_BYTES = 32;

    private AttemptSecret() {}

    /** What goes into {@link WorkerSpec#secret()}: empty where the workers can derive it. */
    static String create() {
        if (sparkSecret() != null) {
            return "";
        }
        byte[] secret = new byte[LENGTH_BYTES];
        new SecureRandom().nextBytes(secret);
        return Base64.getEncoder().encodeToString(secret);
    }

    /** The bytes of the secret, on the driver and in a task alike. */
    static byte[] resolve(String travelled, String runId, long fencingNumber) {
        String spark = sparkSecret();
        if (spark == null) {
            return Base64.getDecoder().decode(travelled);
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(spark.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(("lockstep " + runId + " " + fencingNumber).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    private static @Nullable String sparkSecret() {
        SparkEnv environment = SparkEnv.get();
        return environment.securityManager().isAuthenticationEnabled()
                ? environment.securityManager().getSecretKey()
                : null;
    }
}
