package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.LeaseTiming;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.cluster.storage.RunLease;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.spark.cli.ResumePolicy;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.ReplayListenerBus;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Spark shows of a run in a session that somebody else made: its Prometheus endpoint, its pages, its event log. */
@Tag("spark")
@Tag("process")
class WatchedRunTest {
    private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(30);
    private static final long LARGEST_EVENT_LOG_BYTES = 1_000_000;
    private static final String METRIC = "metrics_lockstep_driver_lockstep_";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /** Figures of an endpoint, as they were when an epoch had been told. */
    private final Map<Integer, Map<String, Double>> scraped = new ConcurrentHashMap<>();

    private final Map<Integer, String> pages = new ConcurrentHashMap<>();

    private SparkConf session() {
        String sink = "spark.metrics.conf.*.sink.prometheusServlet.";
        return new SparkConf()
                .setMaster("local[2]")
                .setAppName("somebody's")
                .set("spark.driver.host", "localhost")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.ui.enabled", "true")
                .set("spark.ui.port", "0")
                .set("spark.ui.prometheus.enabled", "true")
                .set("spark.metrics.namespace", "lockstep")
                .set(sink + "class", "org.apache.spark.metrics.sink.PrometheusServlet")
                .set(sink + "path", "/metrics/prometheus")
                .set("spark.eventLog.enabled", "true")
                .set("spark.eventLog.dir", folder.toUri().toString());
    }

    private static String get(String address) throws IOException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                    .timeout(ANSWER_DEADLINE)
                    .build();
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            return answer.body();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    /** The run's figures by their names. */
    private static Map<String, Double> figures(String scrape) {
        Map<String, Double> figures = new TreeMap<>();
        Matcher line = Pattern.compile("(?m)^" + METRIC + "(\\w+)_Value\\{type=\"gauges\"} (\\S+)$")
                .matcher(scrape);
        while (line.find()) {
            figures.put(line.group(1), Double.valueOf(line.group(2)));
        }
        return figures;
    }

    /** Scrapes as a Prometheus server would, when an epoch is over: training goes on meanwhile. */
    private Consumer<ObjectNode> scraping(String address) {
        return event -> {
            if (event.path("event").asText().equals("epoch")) {
                try {
                    int epoch = event.path("epoch").asInt();
                    scraped.put(epoch, figures(get(address + "/metrics/prometheus/")));
                    pages.put(epoch, get(address + "/jobs/"));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        };
    }

    private ObjectNode train(JavaSparkContext spark, Path run, JobConfig job) {
        Configuration hadoop = spark.hadoopConfiguration();
        RunDirectory directory = RunDirectory.at(run.toString(), hadoop);
        try (StopSignals signals = new StopSignals();
                RunLease lease =
                        RunLease.acquire(directory, LeaseTiming.DEFAULT, Duration.ofSeconds(30), waiting -> {})) {
            TrainingRun training = TrainingRun.open(directory, job, ResumePolicy.NEVER, false, false, hadoop);
            training.begin();
            Consumer<ObjectNode> display = scraping(spark.sc().uiWebUrl().get());
            return new SparkTrainingJob(new RunContext(
                            job, training, spark, 2, lease::assertHeld, signals, display, true, lease.id()))
                    .train();
        }
    }

    private static JsonNode epoch(Path run, int number) throws IOException {
        for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
            JsonNode event = JSON.readTree(line);
            if (event.path("event").asText().equals("epoch")
                    && event.path("epoch").asInt() == number) {
                return event;
            }
        }
        throw new AssertionError("no epoch " + number);
    }

    @Test
    void sparkShowsTheRunWhileItLastsAndKeepsItsEvents() throws Exception {
        Path run = folder.resolve("run");
        String applicationId;
        try (JavaSparkContext spark = new JavaSparkContext(session())) {
            applicationId = spark.sc().applicationId();
            spark.setJobDescription("theirs");
            ObjectNode result = train(spark, run, TestSpark.job("watched"));
            assertThat(result.path("status").asText()).isEqualTo("completed");
            assertThat(result.path("application_id").asText()).isEqualTo(applicationId);
            assertThat(result.path("ui").asText())
                    .isEqualTo(spark.sc().uiWebUrl().get());

            assertThat(figures(get(spark.sc().uiWebUrl().get() + "/metrics/prometheus/")))
                    .as("the run is over, the session is not")
                    .isEmpty();
            assertThat(spark.getLocalProperty("spark.job.description")).isEqualTo("theirs");
        }
        assertFigures(run);
        assertThat(pages.get(2)).contains("Lockstep: training watched, 2 epochs, 2 workers");
        assertEventLog(folder.resolve(applicationId));
    }

    private void assertFigures(Path run) throws IOException {
        for (int number = 1; number <= 2; number++) {
            JsonNode told = epoch(run, number);
            Map<String, Double> figures = scraped.get(number);
            assertThat(figures)
                    .containsEntry("epoch", (double) number)
                    .containsEntry("epochs", 2.0)
                    .containsEntry("step", told.path("step").asDouble())
                    .containsEntry("progress_ratio", number / 2.0)
                    .containsEntry("loss", told.path("loss").asDouble())
                    .containsEntry("train_accuracy", told.path("accuracy").asDouble())
                    .containsEntry("learning_rate", told.path("learning_rate").asDouble())
                    .containsEntry(
                            "samples_per_second",
                            told.path("samples_per_second").asDouble())
                    .containsEntry(
                            "phase_compute_seconds",
                            told.path("phase_seconds").path("compute").asDouble())
                    .containsEntry("workers_expected", 2.0)
                    .containsEntry("workers_present", 2.0)
                    .containsEntry("workers_rejoins", 0.0)
                    .containsEntry("restarts", 0.0);
        }
        assertThat(scraped.get(2)).containsEntry("eta_seconds", 0.0);
        assertThat(scraped.get(1))
                .hasEntrySatisfying("eta_seconds", left -> assertThat(left).isPositive());
    }

    /** As the history server reads it. */
    private static void assertEventLog(Path log) throws IOException {
        List<String> descriptions = new ArrayList<>();
        for (String line : Files.readAllLines(log)) {
            JsonNode event = JSON.readTree(line);
            if (event.path("Event").asText().equals("SparkListenerJobStart")) {
                descriptions.add(
                        event.path("Properties").path("spark.job.description").asText());
            }
        }
        assertThat(descriptions)
                .contains("Lockstep: packing the samples", "Lockstep: training watched, 2 epochs, 2 workers")
                .allMatch(description -> description.startsWith("Lockstep: "));
        assertThat(Files.readString(log)).as("what tasks are told is not in it").doesNotContain("leaseId");
        assertThat(log).satisfies(file -> assertThat(Files.size(file)).isLessThan(LARGEST_EVENT_LOG_BYTES));

        List<String> replayed = new ArrayList<>();
        ReplayListenerBus history = new ReplayListenerBus();
        history.addListener(new SparkListener() {
            @Override
            public void onJobStart(SparkListenerJobStart job) {
                replayed.add("start");
            }

            @Override
            public void onJobEnd(SparkListenerJobEnd job) {
                replayed.add("end");
            }

            @Override
            public void onApplicationEnd(SparkListenerApplicationEnd end) {
                replayed.add("over");
            }
        });
        try (InputStream events = Files.newInputStream(log)) {
            assertThat(history.replay(events, log.toString(), false, ReplayListenerBus.SELECT_ALL_FILTER()))
                    .isTrue();
        }
        assertThat(replayed).filteredOn("start"::equals).hasSameSizeAs(descriptions);
        assertThat(replayed).filteredOn("end"::equals).hasSameSizeAs(descriptions);
        assertThat(replayed).endsWith("over");
    }
}
