package dev.lockstep.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.oracle.ParameterTolerance;
import dev.lockstep.core.train.InProcessTraining.Result;
import dev.lockstep.core.train.TrainingOutcome.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that began with two workers goes on with one, two or three. */
class ElasticResumeTest {
    private static final long SEED = 6_174;
    private static final int STEPS = 80;
    private static final int STOP = 27;
    private static final int BATCH = 30;
    private static final int TRAINED = 292;
    private static final float TOLERANCE = 1e-4f;

    private static final String NORMALIZED =
            """
            model.layers=[{dense: {units: 16, activation: relu}}, {batch_normalization: {momentum: 0.9}},
            {dropout: {rate: 0.25}}, {dense: {units: 4, activation: softmax, kernel_regularizer: {l2: 0.002}}}]""";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** The samples of every global batch of a run, in order, put together from what its ranks read. */
    private static final class GlobalBatches {
        private final List<List<int[]>> byRank;

        GlobalBatches(int workers) {
            byRank = IntStream.range(0, workers)
                    .mapToObj(rank -> (List<int[]>) new ArrayList<int[]>())
                    .toList();
        }

        void read(int rank, int[] indices, int from, int to) {
            byRank.get(rank).add(Arrays.copyOfRange(indices, from, to));
        }

        /** Every rank reads once a step, if only nothing; the workers have ended when this is asked. */
        List<List<Integer>> inOrder() {
            List<List<Integer>> batches = new ArrayList<>();
            for (int step = 0; step < byRank.get(0).size(); step++) {
                int current = step;
                batches.add(byRank.stream()
                        .flatMapToInt(reads -> Arrays.stream(reads.get(current)))
                        .boxed()
                        .toList());
            }
            return batches;
        }
    }

    /** Ten batches an epoch, the last one of 22 samples. */
    private InProcessTraining training(JobConfig job, int workers, String name, GlobalBatches batches) {
        return new InProcessTraining(job, TestJobs.data(SEED, TRAINED, 0), workers, directory.resolve(name))
                .reading((rank, source) ->
                        new WrappedSource(source, (indices, from, to) -> batches.read(rank, indices, from, to)));
    }

    private static JobConfig job(String override) {
        return TestJobs.classifier(override, "training.epochs=8");
    }

    /** Runs the job stopped in the middle of its third epoch, and goes on. */
    private Result goOn(JobConfig job, int before, int after, String name, List<List<Integer>> batches) {
        GlobalBatches first = new GlobalBatches(before);
        Result stopped = training(job, before, name, first).stoppingAt(STOP).run();
        assertThat(stopped.outcome().status()).isEqualTo(Status.STOPPED);
        GlobalBatches second = new GlobalBatches(after);
        Result resumed = training(job, after, name, second).run();
        assertThat(resumed.outcome().status()).isEqualTo(Status.COMPLETED);
        assertThat(resumed.outcome().step()).isEqualTo(STEPS);
        assertThat(resumed.all())
                .extracting(TrainingOutcome::parametersSha256)
                .containsOnly(resumed.outcome().parametersSha256());
        batches.addAll(first.inOrder());
        batches.addAll(second.inOrder());
        return resumed;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "training.optimizer={sgd: {learning_rate: 0.02, momentum: 0.9}}",
                "training.optimizer={adam: {learning_rate: 0.003}}",
                NORMALIZED
            })
    void theSameBatchesInTheSameOrderAndTheSameModel(String override) {
        JobConfig job = job(override);
        GlobalBatches batches = new GlobalBatches(2);
        Result undisturbed = training(job, 2, "undisturbed", batches).run();
        assertThat(batches.inOrder()).hasSize(STEPS).allMatch(batch -> batch.size() == BATCH || batch.size() == 22);
        for (int workers = 1; workers <= 3; workers++) {
            List<List<Integer>> found = new ArrayList<>();
            Result resumed = goOn(job, 2, workers, "then-" + workers, found);
            assertThat(found).as("%d workers, seed %d", workers, SEED).isEqualTo(batches.inOrder());
            double[] expected = ParameterTolerance.doubles(undisturbed.outcome().parameters());
            System.out.printf(
                    "%s, 2 then %d workers: largest difference %.2g%n",
                    override.substring(0, 30),
                    workers,
                    ParameterTolerance.largestDifference(resumed.outcome().parameters(), expected));
            assertThat(ParameterTolerance.largestDifference(resumed.outcome().parameters(), expected))
                    .as("%d workers, seed %d", workers, SEED)
                    .isLessThan(TOLERANCE);
            if (workers == 2) {
                assertThat(resumed.outcome().parametersSha256())
                        .isEqualTo(undisturbed.outcome().parametersSha256());
            }
        }
    }

    /** Stops fall on averages, so that every rank of the next attempt begins with all there is. */
    @ParameterizedTest
    @CsvSource({"2, 1", "2, 3", "3, 2", "3, 1"})
    void averagingGoesOnFromTheLastAverageWithAnyNumberOfWorkers(int before, int after) {
        for (String setting : List.of("{every: 4}", "{every: 4, outer_momentum: 0.6, outer_learning_rate: 0.7}")) {
            JobConfig job = job("cluster.sync={parameter_averaging: " + setting + "}");
            GlobalBatches whole = new GlobalBatches(before);
            training(job, before, "whole" + setting.length(), whole).run();
            List<List<Integer>> found = new ArrayList<>();
            goOn(job, before, after, "stopped" + setting.length(), found);
            assertThat(found).as(setting).isEqualTo(whole.inOrder());
        }
    }

    /** Of one worker an average is its own parameters: from there on it is the ordinary run with the global batch. */
    @Test
    void averagingOfOneWorkerLeftIsTheRunOfASingleProcess() {
        JobConfig averaging = job("cluster.sync={parameter_averaging: {every: 4}}");
        JobConfig sharing = job("cluster.sync=gradient_sharing");
        Result averaged = goOn(averaging, 2, 1, "averaged", new ArrayList<>());
        GlobalBatches unused = new GlobalBatches(2);
        training(averaging, 2, "then-shared", unused).stoppingAt(STOP).run();
        Result shared =
                training(sharing, 1, "then-shared", new GlobalBatches(1)).run();
        assertThat(ParameterTolerance.largestDifference(
                        averaged.outcome().parameters(),
                        ParameterTolerance.doubles(shared.outcome().parameters())))
                .isLessThan(1e-5);
    }
}
