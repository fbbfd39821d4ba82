package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.cli.InspectRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Canaries: secrets that must not be found in anything that a run leaves, logs or shows. */
@Tag("spark")
@Tag("process")
class SecretsTest {
    private static final String CANARY = "canary";
    private static final int DEADLINE_SECONDS = 180;
    private static final String SETTINGS =
            """
              spark:
                spark.authenticate.secret: canary-01-literal
                spark.hadoop.fs.s3a.secret.key: ${STORE_PASSWORD}
                spark.hadoop.fs.azure.account.key.some.blob: canary-03-account
                spark.hadoop.fs.azure.sas.box.some: '?sv=1&se=2&sig=canary-04-sas'
                spark.hadoop.some.url: 'https://me:canary-05-url@host/?sig=canary-06-sig'
                spark.executor.extraJavaOptions: -Dstore.password=canary-07-option
                spark.ui.enabled: 'true'
                spark.ui.port: '0'
                spark.eventLog.enabled: 'true'
                spark.eventLog.dir: EVENTS
            """;
    private static final String LOG_CONFIGURATION =
            """
            rootLogger.level = info
            rootLogger.appenderRef.console.ref = console
            appender.console.type = Console
            appender.console.name = console
            appender.console.layout.type = PatternLayout
            appender.console.layout.pattern = %d %p %c %m%n%ex
            logger.lockstep.name = dev.lockstep
            logger.lockstep.level = debug
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private Path job(String epochs) throws IOException {
        Path events = Files.createDirectories(folder.resolve("left/events"));
        Path input = Files.createDirectories(folder.resolve("input"));
        Files.writeString(input.resolve("log4j2.properties"), LOG_CONFIGURATION);
        return Files.writeString(
                input.resolve("job.yaml"),
                TestSpark.digitsYaml()
                        .replace("epochs: 2", "epochs: " + epochs)
                        .replace("5 steps", "10 epochs")
                        .replace(
                                "cluster: {workers: 2}",
                                "cluster:\n  workers: 2\n"
                                        + SETTINGS.replace(
                                                "EVENTS", events.toUri().toString())));
    }

    private Process train(Path job, String master) throws IOException {
        Path left = folder.resolve("left");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of("target", "launch", "java-arguments").toAbsolutePath(),
                "-Dlog4j2.configurationFile="
                        + job.resolveSibling("log4j2.properties").toUri(),
                "dev.lockstep.spark.LockstepCli",
                "train",
                job.toString(),
                "--debug",
                "--run-dir",
                left.resolve("run").toString(),
                "--master",
                master));
        builder.environment().put("STORE_PASSWORD", "canary-02-of-the-environment");
        builder.environment().put("SPARK_HOME", ownSparkHome(left).toString());
        return builder.directory(left.toFile())
                .redirectErrorStream(true)
                .redirectOutput(left.resolve("output.txt").toFile())
                .start();
    }

    /** The executors of local-cluster work and log in a folder of their Spark home: one where it is searched. */
    private static Path ownSparkHome(Path left) throws IOException {
        Path home = Files.createDirectories(left.resolve("spark-home"));
        try (Stream<Path> parts = Files.list(Path.of(System.getenv("SPARK_HOME")))) {
            for (Path part : parts.filter(part -> !part.endsWith("work")).toList()) {
                Files.createSymbolicLink(home.resolve(part.getFileName()), part.toAbsolutePath());
            }
        }
        return home;
    }

    /** The pages that Spark shows while it runs. */
    private String pages(Process process) throws Exception {
        Pattern address = Pattern.compile("Spark UI: (http://\\S+)");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (true) {
            String output = Files.readString(folder.resolve("left/output.txt"));
            Matcher found = address.matcher(output);
            if (found.find()) {
                HttpClient client = HttpClient.newHttpClient();
                StringBuilder pages = new StringBuilder();
                for (String page : List.of("/environment/", "/jobs/", "/executors/")) {
                    HttpRequest request = HttpRequest.newBuilder(URI.create(found.group(1) + page))
                            .timeout(Duration.ofSeconds(30))
                            .build();
                    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                    assertThat(answer.statusCode()).isEqualTo(200);
                    pages.append(answer.body());
                }
                return pages.toString();
            }
            assertThat(process.isAlive() && System.nanoTime() < end).as(output).isTrue();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private List<String> filesWithCanaries(Path place) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(place)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                int at = text.indexOf(CANARY);
                if (at >= 0) {
                    found.add(place.relativize(file) + ": ..."
                            + text.substring(Math.max(0, at - 200), Math.min(text.length(), at + 50)));
                }
            }
        }
        return found;
    }

    private void trainAndSearch(String master) throws Exception {
        Path job = job("40");
        Files.createDirectories(folder.resolve("left"));
        Process process = train(job, master);
        try {
            String pages = pages(process);
            assertThat(pages).contains("spark.authenticate.secret").doesNotContain(CANARY);
            assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .as(Files.readString(folder.resolve("left/output.txt")))
                    .isZero();
        } finally {
            process.destroyForcibly();
        }
        Path run = folder.resolve("left/run");
        for (String left : List.of("job.yaml", "metrics.jsonl", "result.json", "report.html", "model/model.json")) {
            assertThat(run.resolve(left)).exists();
        }
        assertThat(run.resolve("tensorboard")).isNotEmptyDirectory();
        assertThat(folder.resolve("left/events")).isNotEmptyDirectory();
        assertThat(filesWithCanaries(folder.resolve("left"))).isEmpty();
        assertThat(Files.readString(run.resolve("job.yaml")))
                .contains("spark.hadoop.fs.s3a.secret.key: '${STORE_PASSWORD}'")
                .contains("${HIDDEN_SPARK_AUTHENTICATE_SECRET}");
    }

    /** And what was written without them can be used: here, where the variables are not set. */
    @Test
    void nothingThatARunLeavesHoldsASecretAndAllOfItCanBeUsed() throws Exception {
        trainAndSearch("local[2]");
        Path run = folder.resolve("left/run");
        Path job = folder.resolve("input/job.yaml");
        String text = Files.readString(job).replaceAll("\\$\\{(\\w+)}", "other-$1");
        Path otherSecrets = Files.writeString(job.resolveSibling("other.yaml"), text);
        assertThat(TestRuns.train(otherSecrets, run))
                .as("another secret is no other job")
                .isZero();
        assertThat(new SparkRunCommands().inspect(new InspectRequest(run.toString(), false)))
                .contains("status: completed");
        ModelUse use = new ModelUse(run.toString(), List.of("cluster.spark.spark.ui.enabled=false"), "local[2]", null);
        assertThat(use.evaluate(System.out)).isZero();
    }

    /** With executors that are processes of their own and have logs of their own. */
    @Test
    @Tag("slow")
    void executorsDoNotTellEither() throws Exception {
        trainAndSearch("local-cluster[2,1,1024]");
        try (Stream<Path> files = Files.walk(folder.resolve("left"))) {
            assertThat(files.filter(file -> file.endsWith("stderr"))).hasSizeGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void aFailureDoesNotTellThePasswordInAnAddress() throws IOException {
        Path left = Files.createDirectories(folder.resolve("left"));
        Path job = Files.createDirectories(folder.resolve("input")).resolve("job.yaml");
        Files.writeString(
                job,
                TestSpark.digitsYaml()
                        .replace(
                                "{format: digits, train_samples: 600, test_samples: 200, scale: 255}",
                                "{format: idx, directory: 'ftp://me:canary-09-ftp@127.0.0.1:1/data'}"));
        assertThatThrownBy(() -> TestRuns.train(job, left.resolve("run"))).isInstanceOf(LockstepException.class);
        assertThat(left.resolve("run/report.html")).exists();
        assertThat(filesWithCanaries(left)).isEmpty();
    }
}
