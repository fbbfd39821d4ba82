package dev.lockstep.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.spark.launch.ChildProcess;
import dev.lockstep.spark.launch.SparkInstallation;
import dev.lockstep.spark.launch.SparkSubmitRunner;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that is submitted with {@code --jars lockstep-assembly.jar}: with executors of their own, and without. */
@Tag("slow")
final class SparkMlIT {
    private static final Duration DEADLINE = Duration.ofMinutes(4);
    private static final Pattern TOLD = Pattern.compile("accuracy (\\S+) weights (\\S+) executors (\\d+)");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void aPipelineIsFittedOnExecutorsToTheBitsOfOneProcess() throws Exception {
        SparkSubmitRunner submitter = new SparkSubmitRunner();
        SparkInstallation installation = SparkInstallation.layOut(directory.resolve("spark"), submitter.sparkJars());
        Path program = program(directory.resolve("program.jar"));

        Matcher executors = run(submitter, installation, program, "local-cluster[2,1,1024]");
        assertThat(Double.parseDouble(executors.group(1))).isGreaterThan(0.9);
        assertThat(executors.group(3)).isEqualTo("3");

        Matcher alone = run(submitter, installation, program, "local[2]");
        assertThat(alone.group(2)).isEqualTo(executors.group(2));
        assertThat(directory.resolve("model").resolve("stages")).isDirectory();
    }

    private Matcher run(SparkSubmitRunner submitter, SparkInstallation installation, Path program, String master)
            throws IOException, InterruptedException {
        ChildProcess.Result result = submitter.submitProgram(
                directory,
                installation,
                program,
                UsersProgram.class.getName(),
                master,
                DEADLINE,
                directory.resolve("model").toUri().toString());
        assertThat(result.exitCode()).as(result.errors()).isZero();
        Matcher told = TOLD.matcher(result.output());
        assertThat(told.find()).as(result.output() + result.errors()).isTrue();
        return told;
    }

    /** A jar with the program alone. */
    private static Path program(Path jar) throws IOException {
        String name = UsersProgram.class.getName().replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream archive = new JarOutputStream(file);
                InputStream program = Objects.requireNonNull(
                        UsersProgram.class.getClassLoader().getResourceAsStream(name))) {
            archive.putNextEntry(new ZipEntry(name));
            program.transferTo(archive);
            archive.closeEntry();
        }
        return jar;
    }
}
