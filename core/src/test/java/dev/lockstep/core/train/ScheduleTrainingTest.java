package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.train.InProcessTraining.Result;
import dev.lockstep.core.train.TrainingOutcome.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Learning rates that change in the middle of a run: the same on all ranks, for any number of them, after a resume. */
class ScheduleTrainingTest {
    private static final long SEED = 1_618;
    private static final String COSINE =
            "training.learning_rate_schedule={cosine_decay: {decay_steps: 40, warmup_steps: 10, warmup_from: 0.5}}";
    /** No epoch is better by so much, so that every one but the first halves the rate. */
    private static final String PLATEAU =
            "training.learning_rate_schedule={reduce_on_plateau: {factor: 0.5, patience: 1, min_delta: 1000}}";

    private static final String ADAM = "training.optimizer={adam: {learning_rate: 0.004}}";
    private static final String VALIDATES = "data.validation={split: 0.1}";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** 50 steps: 5 epochs of 10 steps. */
    private InProcessTraining training(JobConfig job, int workers, String name) {
        return new InProcessTraining(job, TestJobs.data(SEED, 300, 60), workers, directory.resolve(name));
    }

    /** Told by all ranks alike, or this fails. */
    private static Collection<Double> learningRates(Collection<String> events) throws IOException {
        TreeMap<Integer, Double> rates = new TreeMap<>();
        for (String text : events) {
            JsonNode event = JSON.readTree(text);
            if (event.path("event").asText().equals("epoch")) {
                double rate = event.path("learning_rate").doubleValue();
                Double known = rates.putIfAbsent(event.path("epoch").asInt(), rate);
                assertThat(rate).isEqualTo(known == null ? rate : known);
            }
        }
        return rates.values();
    }

    @Test
    void theEpochTellsTheRateOfItsLastStep() throws IOException {
        assertThat(learningRates(
                        training(TestJobs.classifier(ADAM), 2, "constant").run().events()))
                .containsExactly(0.004, 0.004, 0.004, 0.004, 0.004);
        assertThat(learningRates(training(TestJobs.classifier(ADAM, VALIDATES, PLATEAU), 2, "plateau")
                        .run()
                        .events()))
                .containsExactly(0.004, 0.004, 0.002, 0.001, 0.0005);
        Collection<Double> cosine = learningRates(
                training(TestJobs.classifier(ADAM, COSINE), 2, "cosine").run().events());
        // 9 of the 10 steps of the warm-up were taken before the last step of the first epoch.
        assertThat(List.copyOf(cosine).get(0)).isCloseTo(0.004 * 0.95, within(1e-12));
        assertThat(List.copyOf(cosine).get(4)).isCloseTo(0.002 * (1 + Math.cos(Math.PI * 39 / 40)), within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(strings = {COSINE, PLATEAU})
    void anyNumberOfWorkersGivesTheSameParameters(String schedule) {
        JobConfig job = TestJobs.classifier(VALIDATES, schedule);
        float[] one = training(job, 1, "one").run().outcome().parameters();
        float[] two = training(job, 2, "two").run().outcome().parameters();
        assertThat(two).containsExactly(one, within(1e-5f));
    }

    @ParameterizedTest
    @ValueSource(strings = {COSINE, PLATEAU})
    void aStoppedRunResumesWithTheSameRatesAndBits(String schedule) throws IOException {
        for (String sync : List.of("gradient_sharing", "{parameter_averaging: {every: 4}}")) {
            JobConfig job = TestJobs.classifier(ADAM, VALIDATES, schedule, "cluster.sync=" + sync);
            String name = sync.substring(0, 9);
            Result undisturbed = training(job, 2, "undisturbed" + name).run();
            // In the middle of the fourth epoch: a plateau has been seen twice by then.
            Result stopped = training(job, 2, "stopped" + name).stoppingAt(33).run();
            assertThat(stopped.outcome().status()).isEqualTo(Status.STOPPED);
            Result resumed = training(job, 2, "stopped" + name).run();
            assertThat(resumed.outcome().parametersSha256())
                    .isEqualTo(undisturbed.outcome().parametersSha256());
            assertThat(List.copyOf(learningRates(resumed.events())))
                    .endsWith(List.copyOf(learningRates(undisturbed.events())).get(4));
        }
    }

    /** What comes back has nothing but what the others give it. */
    @Test
    void aKilledWorkerTakesThePlateauFromTheOthers() {
        JobConfig job = TestJobs.classifier(ADAM, VALIDATES, PLATEAU);
        Result undisturbed = training(job, 2, "undisturbed").run();
        for (int victim = 0; victim < 2; victim++) {
            Result disturbed =
                    training(job, 2, "killed-" + victim).killing(victim, 37).run();
            assertThat(disturbed.rejoins()).isEqualTo(1);
            assertThat(disturbed.outcome().parametersSha256())
                    .as("rank %d killed", victim)
                    .isEqualTo(undisturbed.outcome().parametersSha256());
        }
    }

    @Test
    void aPlateauOfTheValidationLossNeedsValidationSamples() {
        assertThatThrownBy(() -> TestJobs.classifier(PLATEAU))
                .isInstanceOf(LockstepException.class)
                .hasMessageContainingAll("training.learning_rate_schedule", "data.validation.split");
        assertThat(TestJobs.classifier(PLATEAU.replace("factor", "monitor: loss, factor"))
                        .training()
                        .learningRateSchedule())
                .isNotNull();
    }
}
