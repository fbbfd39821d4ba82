package dev.lockstep.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checkpoint.RetryPolicy;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.spark.data.DatasetPacker;
import dev.lockstep.spark.data.HadoopFiles;
import dev.lockstep.spark.data.PreparedData;
import dev.lockstep.spark.memory.MemoryCheck;
import dev.lockstep.spark.memory.MemoryVerdict;
import dev.lockstep.spark.watch.RunWatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the driver of a run works with from its beginning to its end, whatever the mode.
 *
 * @param job the resolved job
 * @param run the run directory and what it goes on from
 * @param spark the open session
 * @param workers how many there are
 * @param lease the fencing number; throws when the lease is lost
 * @param signals whether somebody asked for a stop
 * @param display takes every event
 * @param workersAsked whether the job, or the command line, asks for that number of workers
 * @param leaseId names the holder of the lease
 * @param samples packs what the run trains with, in a session of somebody else; null for the data of the job
 */
record RunContext(
        JobConfig job,
        TrainingRun run,
        JavaSparkContext spark,
        int workers,
        LongSupplier lease,
        StopSignals signals,
        Consumer<ObjectNode> display,
        boolean workersAsked,
        String leaseId,
        @Nullable DatasetPacker samples) {
    private static final Logger LOG = LoggerFactory.getLogger(RunContext.class);
    private static final String PACKING = "packing the samples";

    /** A run of the data of its job, in a session of its own. */
    RunContext(
            JobConfig job,
            TrainingRun run,
            JavaSparkContext spark,
            int workers,
            LongSupplier lease,
            StopSignals signals,
            Consumer<ObjectNode> display,
            boolean workersAsked,
            String leaseId) {
        this(job, run, spark, workers, lease, signals, display, workersAsked, leaseId, null);
    }

    /**
     * The fencing number to write under. While the file system does not answer it is waited for, as long as the job lets
     * checkpoints wait.
     *
     * @throws LockstepException when the lease is lost, or cannot be confirmed
     */
    long fencingNumber() {
        AtomicLong number = new AtomicLong();
        try {
            RetryPolicy.of(job.checkpoint())
                    .persist(
                            () -> number.set(confirmed()),
                            (failure, delay) -> LOG.warn("{}; asked again", failure.getMessage()));
        } catch (IOException e) {
            throw new LockstepException(ExitCode.CLUSTER, String.valueOf(e.getMessage()), e);
        }
        return number.get();
    }

    /** Trains under the eyes of people: with a journal whose events are also Spark's metrics and the driver's log. */
    ObjectNode watched(Function<RunJournal, ObjectNode> training) {
        try (RunWatch watch = RunWatch.open(spark, job, workers, display)) {
            return run.withJournal(workers, watch, training);
        }
    }

    private long confirmed() throws IOException {
        try {
            return lease.getAsLong();
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * Packs the data into the run directory, unless that holds them already; a run that goes on from a checkpoint must
     * find the samples it began with.
     *
     * @throws dev.lockstep.core.error.LockstepException also when there are no executors to do it, or a stop is asked for
     */
    PreparedData prepareData() {
        DrawnData.drawIfAbsent(job.data(), HadoopFiles.configuration());
        Path directory = HadoopFiles.qualify(run.directory().resolve(TrainingRun.DATA), HadoopFiles.configuration());
        boolean mayChange = run.resumeStep() == 0;
        DatasetPacker packer = samples;
        if (packer != null) {
            // Nobody's jobs are cancelled in a session of somebody else: it waits for executors as Spark does.
            return new DriverJobs(spark, Double.POSITIVE_INFINITY, signals::requested)
                    .during(PACKING, () -> PreparedData.prepare(packer, directory, workers, mayChange));
        }
        return new DriverJobs(spark, job.cluster().joinSeconds(), signals::requested)
                .during(
                        PACKING,
                        () -> PreparedData.prepare(spark, job.data(), job.seed(), directory, workers, mayChange));
    }

    /** Says what the workers may need, and ends a run that cannot have it before anything of it is allocated. */
    void requireMemory(NetworkPlan plan, PreparedData data) {
        MemoryVerdict memory = new MemoryCheck(job, spark.getConf(), workers).of(plan, data);
        memory.require();
        LOG.info(memory.line());
        String warning = memory.warning();
        if (warning != null) {
            LOG.warn(warning);
        }
    }

    /**
     * What the run begins with, looked at before anything starts; null for drawn parameters, and for a run that goes on
     * from a checkpoint, which has its own.
     */
    @Nullable
    InitialWeights initialWeights(NetworkPlan plan) {
        if (run.resumed()) {
            return null;
        }
        InitialWeights weights = InitialWeights.of(job, plan, HadoopFiles.configuration());
        if (weights != null) {
            run.recordInitialWeights(weights);
        }
        return weights;
    }
}
