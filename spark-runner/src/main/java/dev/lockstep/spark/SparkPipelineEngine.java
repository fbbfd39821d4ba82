package dev.lockstep.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.cli.ResumePolicy;
import dev.lockstep.spark.cli.TrainRequest;
import dev.lockstep.spark.data.HadoopFiles;
import dev.lockstep.spark.pipeline.PipelineEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Trains and evaluates for a pipeline as the commands do, all in one Spark session. */
final class SparkPipelineEngine implements PipelineEngine, AutoCloseable {
    private final SessionSource.Shared sessions = new SessionSource.Shared();
    private final StopSignals signals = new StopSignals();
    private final @Nullable String master;
    private final boolean debug;

    /** @param master Spark's, or null for the job file's or spark-submit's */
    SparkPipelineEngine(@Nullable String master, boolean debug) {
        this.master = master;
        this.debug = debug;
    }

    @Override
    public JobConfig job(JobOrder order) {
        return JobLoader.load(order.job(), order.overrides(), null, HadoopFiles.configuration());
    }

    @Override
    public ObjectNode train(JobOrder order, String runDirectory) {
        requireNoStop();
        int code = new SparkRunCommands(sessions)
                .train(new TrainRequest(
                        order.job(), runDirectory, master, null, ResumePolicy.AUTO, false, order.overrides(), debug));
        if (code != ExitCode.COMPLETED.number()) {
            throw new LockstepException(
                    ExitCode.STOPPED, "the training was stopped on request; the same command goes on");
        }
        RunDirectory run = RunDirectory.at(runDirectory, HadoopFiles.configuration());
        try {
            return (ObjectNode)
                    new ObjectMapper().readTree(run.readText(TrainingRun.RESULT).orElseThrow());
        } catch (IOException e) {
            throw new UncheckedIOException(run.resolve(TrainingRun.RESULT), e);
        }
    }

    @Override
    public ObjectNode evaluate(JobOrder order, String model, String workplace) {
        requireNoStop();
        ModelUse use = new ModelUse(model, job(order), master, workplace);
        return sessions.during(use.configuration(), spark -> use.figures(spark, this::stopRequested));
    }

    @Override
    public boolean stopRequested() {
        return signals.requested();
    }

    private void requireNoStop() {
        if (stopRequested()) {
            throw new LockstepException(ExitCode.STOPPED, "stopped on request; the same command goes on");
        }
    }

    @Override
    public void close() {
        sessions.close();
        signals.close();
    }
}
