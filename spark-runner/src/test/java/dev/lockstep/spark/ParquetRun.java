package dev.lockstep.spark;

import dev.lockstep.cluster.storage.LeaseTiming;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.cluster.storage.RunLease;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.spark.cli.ResumePolicy;
import dev.lockstep.spark.data.HadoopFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** A job file as the train command runs it, but in a session that is there already: a JVM has but one. */
public final class ParquetRun {
    private ParquetRun() {}

    /** The parameters of the trained model. */
    public static float[] parameters(String jobFile, Path run, SparkSession session) {
        JobConfig job = JobFile.read(jobFile, "test", List.of(), Map.of());
        Configuration configuration = HadoopFiles.configuration();
        RunDirectory directory = RunDirectory.at(run.toString(), configuration);
        try (StopSignals signals = StopSignals.ofAnotherProgram();
                RunLease lease = RunLease.acquire(directory, LeaseTiming.DEFAULT, Duration.ZERO, waiting -> {})) {
            TrainingRun training = TrainingRun.open(directory, job, ResumePolicy.AUTO, false, false, configuration);
            training.begin();
            new SparkTrainingJob(new RunContext(
                            job,
                            training,
                            JavaSparkContext.fromSparkContext(session.sparkContext()),
                            Objects.requireNonNull(job.cluster().workers()),
                            lease::assertHeld,
                            signals,
                            event -> {},
                            true,
                            lease.id()))
                    .train();
            return TrainedModel.load(directory.location(), configuration).parameters();
        }
    }
}
