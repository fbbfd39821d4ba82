package dev.lockstep.spark.submit;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.io.Reader;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The programs that a submission needs.
 *
 * @param sparkHome a Spark installation; null for none
 * @param program the jar that this program runs from; null where it runs from folders
 */
record SubmitEnvironment(@Nullable String sparkHome, @Nullable String program) {
    /** Of this process. */
    static SubmitEnvironment ofThisProcess() {
        return new SubmitEnvironment(System.getenv("SPARK_HOME"), ownJar());
    }

    private static @Nullable String ownJar() {
        CodeSource source = SubmitEnvironment.class.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return null;
        }
        try {
            Path path = Path.of(source.getLocation().toURI());
            return Files.isRegularFile(path) ? path.toString() : null;
        } catch (URISyntaxException | IllegalArgumentException noPath) {
            return null;
        }
    }

    /** The program spark-submit. */
    String sparkSubmit() {
        if (sparkHome == null || !Files.isExecutable(Path.of(sparkHome, "bin", "spark-submit"))) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "submit starts $SPARK_HOME/bin/spark-submit, and SPARK_HOME "
                            + (sparkHome == null ? "is not set" : "(" + sparkHome + ") has none")
                            + "; set it to a Spark 3.5 installation");
        }
        return Path.of(sparkHome, "bin", "spark-submit").toString();
    }

    /**
     * The Java options of drivers in the file of settings that spark-submit will read; empty for none.
     *
     * @param options of spark-submit, which may name that file
     */
    String driverJavaOptions(List<String> options) {
        int named = options.indexOf("--properties-file");
        String folder = System.getenv("SPARK_CONF_DIR");
        Path file = named >= 0
                ? Path.of(options.get(named + 1))
                : Path.of(folder == null ? sparkHome + "/conf" : folder, "spark-defaults.conf");
        Properties settings = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            settings.load(reader);
        } catch (IOException | IllegalArgumentException none) {
            // There need be no file, and one that cannot be read is for spark-submit to complain of.
            return "";
        }
        return settings.getProperty("spark.driver.extraJavaOptions", "").strip();
    }

    /**
     * The assembly.
     *
     * @param asked for, or null for the one that this program runs from
     */
    String assembly(@Nullable String asked) {
        if (asked != null) {
            return asked;
        }
        if (program == null) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "submit needs the assembly: start it by scripts/lockstep with SPARK_HOME set to a Spark 3.5"
                            + " installation, or name the jar with --assembly");
        }
        return program;
    }
}
