package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.config.JobConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who keeps the others waiting, by clocks that only go on when a worker reads. */
class StragglerTest {
    private static final long SEED = 99;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MILLISECOND = 1_000_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** Every worker takes 20 ms to read a batch, one of them so many times as long. */
    private List<JsonNode> epochs(JobConfig job, int slowRank, int times) throws IOException {
        List<AtomicLong> clocks = Stream.generate(AtomicLong::new).limit(3).toList();
        InProcessTraining.Result result = new InProcessTraining(job, TestJobs.data(SEED, 300, 30), 3, directory)
                .reading((rank, source) -> new WrappedSource(source, (indices, from, to) -> clocks.get(rank)
                        .addAndGet(20 * MILLISECOND * (rank == slowRank ? times : 1))))
                .timedBy(rank -> clocks.get(rank)::get)
                .run();
        List<String> events = result.events();
        return List.copyOf(events.stream()
                .map(StragglerTest::parse)
                .filter(event -> event.path("event").asText().equals("epoch"))
                .toList());
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException(text, e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cluster.sync=gradient_sharing", "cluster.sync={parameter_averaging: {every: 4}}"})
    void aWorkerThatIsTenTimesSlowerIsNamedWithTheTimeLostToIt(String sync) throws IOException {
        List<JsonNode> epochs = epochs(TestJobs.classifier(sync, "training.epochs=2"), 1, 10);
        assertThat(epochs).hasSize(2 * 3);
        for (JsonNode epoch : epochs) {
            // Ten steps of 20 ms, and of 200.
            assertThat(epoch.path("own_seconds").toString()).isEqualTo("[0.2,2.0,0.2]");
            assertThat(epoch.path("lost_seconds").path(0).asDouble()).isZero();
            assertThat(epoch.path("lost_seconds").path(1).asDouble()).isCloseTo(1.8, within(1e-9));
            JsonNode straggler = epoch.path("stragglers").path(0);
            assertThat(epoch.path("stragglers")).hasSize(1);
            assertThat(straggler.path("rank").asInt()).isEqualTo(1);
            assertThat(straggler.path("times_slower").asDouble()).isCloseTo(10, within(1e-9));
            assertThat(straggler.path("lost_seconds").asDouble()).isCloseTo(1.8, within(1e-9));
        }
    }

    @Test
    void aLittleSlownessAndALittleTimeNameNobody() throws IOException {
        assertThat(epochs(TestJobs.classifier("training.epochs=1"), 1, 5).get(0).path("stragglers"))
                .isEmpty();
        assertThat(epochs(TestJobs.classifier("training.epochs=1", "cluster.straggler_factor=11"), 1, 10)
                        .get(0)
                        .path("stragglers"))
                .isEmpty();
    }

    private static ObjectNode told(double... seconds) {
        ObjectNode event = JSON.createObjectNode();
        new WorkerTimes(seconds).addTo(event, 2);
        return event;
    }

    @Test
    void twoStragglersOfFiveAreBothNamed() {
        ObjectNode event = told(10, 50, 10, 52, 10);
        assertThat(event.path("stragglers")).hasSize(2);
        assertThat(event.path("lost_seconds").toString()).isEqualTo("[0.0,40.0,0.0,42.0,0.0]");
    }

    @Test
    void aWorkerAloneKeepsNobodyWaitingAndOneAmongIdleOnesHasNoFactor() {
        assertThat(told(10)).isEmpty();
        assertThat(told(10, 0).path("stragglers").path(0).path("times_slower").isNull())
                .isTrue();
    }

    /** As in batch normalisation, where computing a step waits for the others' moments. */
    @Test
    void waitingWithinAComputationIsNotTheRanksOwnTime() {
        AtomicLong clock = new AtomicLong();
        StepMeter meter = new StepMeter(clock::get);
        TimedGroup group = (TimedGroup) meter.timing(new dev.lockstep.core.oracle.SingleWorkerGroup(2) {
            @Override
            public void allReduceSum(double[] values, int length) {
                clock.addAndGet(700 * MILLISECOND);
            }
        });
        meter.startStep(0);
        clock.addAndGet(100 * MILLISECOND);
        meter.dataRead();
        group.allReduceSum(new double[1], 1);
        clock.addAndGet(200 * MILLISECOND);
        meter.computed();
        meter.applied(0, 5, 0);
        assertThat(meter.ownSeconds()).isCloseTo(0.3, within(1e-9));
        meter.clear();
        assertThat(meter.ownSeconds()).isZero();
    }
}
