package dev.lockstep.spark;

import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;

/**
 * Why an executor is gone, as Spark learned it from the cluster.
 *
 * @param executor its id
 * @param reason in the cluster's words, one line
 * @param exitCode of its process, where the cluster tells it
 * @param advice what to change, or null
 */
record ExecutorLoss(String executor, String reason, OptionalInt exitCode, @Nullable String advice) {
    /** Spark ends an executor with it when an OutOfMemoryError reaches it. */
    static final int OUT_OF_MEMORY = 52;

    /** A JVM with {@code -XX:+ExitOnOutOfMemoryError} ends with it. */
    static final int EXIT_ON_OUT_OF_MEMORY = 3;

    static final int SIGKILL = 137;
    static final int SIGTERM = 143;
    private static final int SIGABRT = 134;
    private static final int SIGSEGV = 139;
    private static final int REASON_CHARACTERS = 300;
    private static final String CRASHED =
            "its JVM crashed in native code: look for hs_err_pid*.log in the executor's working directory";

    /** "Command exited with code 137", "Exit status: 143.", "exited with exit code 52(..)": standalone, YARN, Kubernetes. */
    private static final Pattern EXIT_CODE =
            Pattern.compile("exit(?:ed)?(?: with)?(?: exit)? (?:code|status):? ?(\\d{1,3})\\b");

    private static final Pattern MEMORY_LIMIT = Pattern.compile("(physical|virtual) memory limits|oomkilled");

    /** Reads what Spark was told. */
    static ExecutorLoss of(String executor, String told, SparkConf configuration) {
        String lower = told.toLowerCase(Locale.ROOT);
        Matcher matcher = EXIT_CODE.matcher(lower);
        OptionalInt exitCode =
                matcher.find() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
        String line = told.strip().lines().findFirst().orElse("no reason is known");
        String reason = line.length() <= REASON_CHARACTERS ? line : line.substring(0, REASON_CHARACTERS) + " ...";
        return new ExecutorLoss(executor, reason, exitCode, advice(lower, exitCode, configuration));
    }

    private static @Nullable String advice(String told, OptionalInt exitCode, SparkConf configuration) {
        MemoryAdvice memory = new MemoryAdvice(configuration);
        if (MEMORY_LIMIT.matcher(told).find()) {
            return "its container was killed for using more memory than it has: " + memory.container();
        }
        if (exitCode.isEmpty()) {
            return null;
        }
        int code = exitCode.getAsInt();
        if (code == SIGSEGV) {
            return CRASHED;
        }
        if (code == SIGABRT) {
            return CRASHED + "; where that says that memory was refused (\"insufficient memory\"), "
                    + memory.container();
        }
        return memory.ofExitCode(code).orElse(null);
    }

    /** One sentence. */
    String describe() {
        return "executor " + executor + ": " + reason + (advice == null ? "" : "; " + advice);
    }
}
