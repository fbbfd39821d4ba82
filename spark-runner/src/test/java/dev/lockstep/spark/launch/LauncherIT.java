package dev.lockstep.spark.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/lockstep} as people start it. */
@Tag("process")
final class LauncherIT {
    private static final Path ROOT = Path.of(System.getProperty("lockstep.root"));
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Duration BUILD_DEADLINE = Duration.ofMinutes(10);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void helpFromAnotherDirectory() throws Exception {
        ChildProcess.Result result = launch(ROOT.resolve("scripts/lockstep"), Map.of(), "--help");

        assertThat(result.errors()).isEmpty();
        assertThat(result.output()).startsWith("Usage: lockstep").contains("train", "evaluate", "predict", "inspect");
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void throughChainedSymbolicLinks() throws Exception {
        Path first = Files.createSymbolicLink(directory.resolve("first"), ROOT.resolve("scripts/lockstep"));
        Path folder = Files.createDirectory(directory.resolve("bin"));
        Path second = Files.createSymbolicLink(
                folder.resolve("lockstep"), Path.of("..", first.getFileName().toString()));

        ChildProcess.Result result = launch(second, Map.of(), "--version");

        assertThat(result.output()).startsWith("Lockstep ");
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void exitCodeAndMessageOfAWrongCommandLine() throws Exception {
        ChildProcess.Result result =
                launch(ROOT.resolve("scripts/lockstep"), Map.of(), "train", "--workrs", "2", "job");

        assertThat(result.output()).isEmpty();
        assertThat(result.errors()).startsWith("lockstep: Unknown option").contains("--workers");
        assertThat(result.exitCode()).isEqualTo(2);
    }

    @Test
    void aMissingOrWrongJavaIsNamedWithTheFix() throws Exception {
        ChildProcess.Result missing =
                launch(ROOT.resolve("scripts/lockstep"), Map.of("JAVA_HOME", directory.toString()), "--version");
        assertThat(missing.errors())
                .startsWith("lockstep: JAVA_HOME is " + directory)
                .contains("Install a JDK 17");
        assertThat(missing.exitCode()).isEqualTo(2);

        Path java = Files.createDirectory(directory.resolve("bin")).resolve("java");
        script(java, "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2");
        ChildProcess.Result old =
                launch(ROOT.resolve("scripts/lockstep"), Map.of("JAVA_HOME", directory.toString()), "--version");
        assertThat(old.errors()).contains("runs on Java 17, found Java 11.0.2 at " + java);
        assertThat(old.exitCode()).isEqualTo(2);
    }

    @Test
    void aSparkInstallationOfTheUserIsUsed() throws Exception {
        Path home = directory.resolve("spark");
        Files.createDirectories(home.resolve("bin"));
        script(home.resolve("bin/spark-submit"), "printf '%s\\n' \"$@\"");

        ChildProcess.Result result = launch(
                ROOT.resolve("scripts/lockstep"),
                Map.of("SPARK_HOME", home.toString()),
                "train",
                "a job.yaml",
                "--master",
                "spark://host:7077");

        assertThat(result.output().lines())
                .containsExactly(
                        "--master",
                        "spark://host:7077",
                        "--class",
                        "dev.lockstep.spark.LockstepCli",
                        ROOT.resolve("spark-runner/target/lockstep-assembly.jar")
                                .toString(),
                        "train",
                        "a job.yaml",
                        "--master",
                        "spark://host:7077");
    }

    /** With a Maven that fails at once: what is said before it starts is the matter. */
    @Test
    void theFirstDownloadIsAnnouncedWhereMavenWouldFindNothing() throws Exception {
        Path root = Files.createDirectories(directory.resolve("root"));
        Files.createDirectory(root.resolve("scripts"));
        Path script = Files.copy(
                ROOT.resolve("scripts/lockstep"), root.resolve("scripts/lockstep"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.copy(ROOT.resolve("scripts/launch.bash"), root.resolve("scripts/launch.bash"));
        script(root.resolve("mvnw"), "exit 1");
        Path filled = directory.resolve("filled");
        Files.createDirectories(filled.resolve(".m2/repository/org/apache/spark"));
        Path empty = Files.createDirectory(directory.resolve("empty"));

        // Java does not take the home directory from HOME, and so Maven does not either.
        assertThat(buildingWords(script, filled, "-Duser.home=" + empty)).contains("the first run downloads");
        assertThat(buildingWords(script, empty, "-Duser.home=" + filled)).isEqualTo("Building Lockstep ...");
        String repository = "-Dmaven.repo.local=" + filled.resolve(".m2/repository");
        assertThat(buildingWords(script, empty, "-Duser.home=" + empty + " " + repository))
                .isEqualTo("Building Lockstep ...");
        assertThat(buildingWords(script, empty, "-Dmaven.repo.local=" + empty)).contains("the first run downloads");
    }

    private String buildingWords(Path script, Path home, String mavenOptions) throws Exception {
        ChildProcess.Result result = launch(
                script, Map.of("LOCKSTEP_BUILD", "", "HOME", home.toString(), "MAVEN_OPTS", mavenOptions), "--version");
        assertThat(result.errors()).contains("the build failed");
        return result.errors().lines().findFirst().orElseThrow();
    }

    /** In a copy of the sources, so that the build that runs this test is left alone. */
    @Test
    @Tag("slow")
    void buildsOnceQuietlyAndAgainAfterAChange() throws Exception {
        Path copy = directory.resolve("a copy");
        copySources(copy);
        Path script = copy.resolve("scripts/lockstep");
        Map<String, String> building = Map.of("LOCKSTEP_BUILD", "");

        ChildProcess.Result first = launch(script, BUILD_DEADLINE, building, "--version");
        assertThat(first.errors()).startsWith("Building Lockstep").hasLineCount(1);
        assertThat(first.output()).startsWith("Lockstep ").hasLineCount(1);
        assertThat(launch(script, BUILD_DEADLINE, building, "--version").errors())
                .isEmpty();

        Path source = copy.resolve("core/src/main/java/dev/lockstep/core/Broken.java");
        Files.writeString(source, "package dev.lockstep.core; final class Broken { int x = \"no number\"; }");
        ChildProcess.Result broken = launch(script, BUILD_DEADLINE, building, "--version");
        assertThat(broken.errors()).contains("Broken.java").contains("lockstep: the build failed");
        assertThat(broken.exitCode()).isEqualTo(1);

        Files.delete(source);
        assertThat(launch(script, BUILD_DEADLINE, building, "--version").exitCode())
                .isZero();
    }

    private ChildProcess.Result launch(Path script, Map<String, String> environment, String... arguments)
            throws Exception {
        return launch(script, DEADLINE, environment, arguments);
    }

    private ChildProcess.Result launch(
            Path script, Duration deadline, Map<String, String> environment, String... arguments) throws Exception {
        Map<String, String> variables = new HashMap<>(Map.of("SPARK_HOME", "", "LOCKSTEP_BUILD", "never"));
        variables.putAll(environment);
        return ChildProcess.run(
                Stream.concat(Stream.of(script.toString()), Stream.of(arguments))
                        .toList(),
                directory,
                variables,
                deadline);
    }

    private static void script(Path file, String line) throws IOException {
        Files.writeString(file, "#!/usr/bin/env bash\n" + line + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void copySources(Path copy) throws IOException {
        List<String> parts = List.of("pom.xml", "mvnw", ".mvn", "scripts", "core", "cluster", "spark-runner");
        for (String part : parts) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(part))) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    Path relative = ROOT.relativize(file);
                    if (relative.getNameCount() > 1
                            && relative.getName(1).toString().equals("target")) {
                        continue;
                    }
                    Files.createDirectories(copy.resolve(relative).getParent());
                    Files.copy(file, copy.resolve(relative), StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }
}
