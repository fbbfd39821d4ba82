package dev.lockstep.spark;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Properties;

/**
 * What Lockstep was built against: looked at before anything of it is used, because what follows from another version is
 * a missing method somewhere. Java's version is looked at by the launcher; an older Java does not get as far as here.
 */
final class RuntimeRequirements {
    private static final String SPARK = "3.5";
    private static final String PLATFORM = "linux-x86_64";

    private RuntimeRequirements() {}

    /** Requires a Spark of the version that Lockstep was built for, on the class path by spark-submit or its own. */
    static void requireSpark() {
        requireSpark(sparkVersion());
    }

    static void requireSpark(String version) {
        if (!version.startsWith(SPARK + ".")) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "Spark " + version + " found, expected " + SPARK + " (for Scala 2.12): submit by a Spark " + SPARK
                            + " installation, or unset SPARK_HOME to use the Spark that Lockstep brings");
        }
    }

    /**
     * Requires that Spark may use what it needs of Java 17. Every launcher sees to it but the workers of Spark's own
     * cluster, which start drivers in cluster mode without.
     */
    static void requireOpenModules() {
        requireOpenModules(ModuleLayer.boot()
                .findModule("java.base")
                .map(base -> base.isExported("sun.nio.ch", RuntimeRequirements.class.getModule()))
                .orElse(true));
    }

    static void requireOpenModules(boolean open) {
        if (!open) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "this Java was started without the module options that Spark needs on Java 17, as workers of a"
                            + " standalone cluster start drivers: use `lockstep submit`, or give spark-submit"
                            + " --driver-java-options '--add-opens=java.base/java.lang=ALL-UNNAMED"
                            + " --add-opens=java.base/java.lang.invoke=ALL-UNNAMED"
                            + " --add-opens=java.base/java.net=ALL-UNNAMED --add-opens=java.base/java.nio=ALL-UNNAMED"
                            + " --add-opens=java.base/java.util=ALL-UNNAMED"
                            + " --add-opens=java.base/java.util.concurrent=ALL-UNNAMED"
                            + " --add-opens=java.base/sun.nio.ch=ALL-UNNAMED'");
        }
    }

    /** Requires a platform that the native libraries were built for; asked where something is computed. */
    static void requirePlatform() {
        requirePlatform(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
    }

    static void requirePlatform(String system, String architecture) {
        String processor = architecture.equals("amd64") ? "x86_64" : architecture;
        String found = system.toLowerCase(Locale.ROOT) + "-" + processor;
        if (!found.equals(PLATFORM)) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "no native libraries for " + found + ", expected " + PLATFORM
                            + ": Lockstep computes on x86-64 Linux"
                            + " alone; use such hosts for all executors, and for the driver in local mode");
        }
    }

    /** As Spark's own jar says; no class of Spark is touched. */
    private static String sparkVersion() {
        Properties properties = new Properties();
        try (InputStream stream = RuntimeRequirements.class.getResourceAsStream("/spark-version-info.properties")) {
            if (stream != null) {
                properties.load(stream);
            }
        } catch (IOException e) {
            throw new LockstepException(ExitCode.USAGE, "the version of Spark cannot be read: " + e.getMessage(), e);
        }
        return properties.getProperty("version", "of an unknown version");
    }
}
