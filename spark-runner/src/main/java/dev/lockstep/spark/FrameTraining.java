package dev.lockstep.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.LeaseTiming;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.cluster.storage.RunLease;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.KeptJob;
import dev.lockstep.core.data.TabularData;
import dev.lockstep.core.data.table.LabelForm;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.sync.Dl4jSparkSync;
import dev.lockstep.spark.cli.ResumePolicy;
import dev.lockstep.spark.data.FrameDatasetPacker;
import dev.lockstep.spark.data.HadoopFiles;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A training run on a data frame, in the session that the frame belongs to. The engine is the one of the {@code train}
 * command; but the session is somebody else's: its settings are read and warned about, not changed, and signals to the
 * process are left to it.
 */
public final class FrameTraining {
    private static final Logger LOG = LoggerFactory.getLogger(FrameTraining.class);

    /** A worker needs its slot from the beginning to the end: two fits at once would wait for each other's. */
    private static final ReentrantLock TURNS = new ReentrantLock(true);

    private static final int LINES = 10;
    private static final String INTERRUPTS = "spark.job.interruptOnCancel";
    private static final Duration LEASE_WAIT = LeaseTiming.DEFAULT.expireAfter().plusSeconds(10);

    /**
     * What a run came to.
     *
     * @param model as it was saved
     * @param epochs the events of its epochs, as in metrics.jsonl
     * @param result as in result.json
     */
    public record Fitted(TrainedModel model, List<ObjectNode> epochs, ObjectNode result) {}

    private final Dataset<Row> frame;
    private final LabelForm labels;
    private final JobConfig job;
    private final JavaSparkContext spark;
    private final Configuration configuration = HadoopFiles.configuration();
    private final int workers;

    private FrameTraining(Dataset<Row> frame, LabelForm labels, JobConfig job) {
        this.frame = frame;
        this.labels = labels;
        this.job = job;
        this.spark = JavaSparkContext.fromSparkContext(frame.sparkSession().sparkContext());
        this.workers = workers(job, spark.getConf());
    }

    /**
     * Trains, and waits where another fit of this process is under way.
     *
     * @param frame the columns that the job's data names
     * @param labels how labels are told
     * @param job whose data is a table
     * @param runDirectory Hadoop URI of a run that another process may go on with; null for a temporary one
     * @throws LockstepException when parameters or samples cannot be used, or the training failed
     */
    public static Fitted fit(Dataset<Row> frame, LabelForm labels, JobConfig job, @Nullable String runDirectory) {
        if (job.cluster().sync() instanceof Dl4jSparkSync) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "syncMode: expected gradient_sharing or parameter_averaging, found dl4j_spark, which is for job"
                            + " files alone");
        }
        FrameTraining training = new FrameTraining(frame, labels, job);
        ForeignSession.warn(training.spark.getConf());
        try {
            TURNS.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LockstepException(ExitCode.STOPPED, "interrupted while another fit was under way", e);
        }
        // The one thing that the engine sets, for the jobs of this thread.
        String interrupts = training.spark.getLocalProperty(INTERRUPTS);
        try (StagingDirectory directory = StagingDirectory.of(runDirectory, training.spark, training.configuration)) {
            return training.in(directory);
        } finally {
            training.spark.setLocalProperty(INTERRUPTS, interrupts);
            TURNS.unlock();
        }
    }

    /** As many as are asked for, or as the session has slots for. */
    private static int workers(JobConfig job, SparkConf session) {
        String master = session.get("spark.master");
        Integer given = job.cluster().workers();
        if (given == null && WorkerCount.slots(master, session).isEmpty()) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "numWorkers: " + master + " does not say how many tasks run at once; set numWorkers, or"
                            + " spark.executor.instances (or spark.dynamicAllocation.maxExecutors) and"
                            + " spark.executor.cores");
        }
        int workers = WorkerCount.of(given == null ? OptionalInt.empty() : OptionalInt.of(given), master, session);
        LOG.debug("{} slices a worker", job.determinism().slicesPerWorker(workers));
        return workers;
    }

    private Fitted in(StagingDirectory place) {
        RunDirectory directory = RunDirectory.at(place.location(), configuration);
        try (StopSignals signals = StopSignals.ofAnotherProgram();
                RunLease lease = RunLease.acquire(
                        directory,
                        LeaseTiming.DEFAULT,
                        LEASE_WAIT,
                        waiting -> LOG.info(
                                "{} is held by process {} on {}",
                                directory.location(),
                                waiting.pid(),
                                waiting.host()))) {
            TrainingRun run = TrainingRun.open(directory, job, ResumePolicy.AUTO, false, false, configuration);
            RunContext context = new RunContext(
                    job,
                    run,
                    spark,
                    workers,
                    lease::assertHeld,
                    signals,
                    FrameTraining::tell,
                    job.cluster().workers() != null,
                    lease.id(),
                    new FrameDatasetPacker(frame, (TabularData) job.data(), job.seed(), labels, place.isLasting()));
            ObjectNode result = result(run, context);
            if (place.isLasting()) {
                RunReport.writeQuietly(directory, configuration);
            }
            return new Fitted(TrainedModel.load(directory.location(), configuration), epochs(directory), result);
        }
    }

    private static ObjectNode result(TrainingRun run, RunContext context) {
        Optional<ObjectNode> completed = run.completedResult();
        if (completed.isPresent()) {
            LOG.info(
                    "{} is completed already: nothing is trained",
                    KeptJob.masked(run.directory().location()));
            // But not with other samples.
            context.prepareData();
            return completed.get();
        }
        run.begin();
        ObjectNode result = new SparkTrainingJob(context).train();
        String status = result.path("status").asText();
        if (!status.equals("completed")) {
            throw new LockstepException(ExitCode.STOPPED, "the training ended as " + status);
        }
        return result;
    }

    /** About ten lines a fit: there is no terminal, and a driver's log is read by people. */
    private static void tell(ObjectNode event) {
        if (!event.path("event").asText().equals("epoch")) {
            return;
        }
        int epoch = event.path("epoch").asInt();
        int epochs = event.path("epochs").asInt();
        if (epoch == 1 || epoch == epochs || epoch % Math.max(1, epochs / LINES) == 0) {
            LOG.info(
                    "Epoch {}/{}: loss {}{}",
                    epoch,
                    epochs,
                    figure(event, "loss"),
                    event.has("val_loss") ? ", validation loss " + figure(event, "val_loss") : "");
        }
    }

    private static String figure(ObjectNode event, String key) {
        return String.format(Locale.ROOT, "%.4f", event.path(key).asDouble());
    }

    private static List<ObjectNode> epochs(RunDirectory directory) {
        List<ObjectNode> epochs = new ArrayList<>();
        ObjectMapper mapper = new ObjectMapper();
        try {
            for (String line :
                    directory.readText(TrainingRun.METRICS).orElse("").lines().toList()) {
                if (mapper.readTree(line) instanceof ObjectNode event
                        && event.path("event").asText().equals("epoch")) {
                    epochs.add(event);
                }
            }
        } catch (JsonProcessingException e) {
            LOG.warn("{} is no list of events: {}", directory.resolve(TrainingRun.METRICS), e.getOriginalMessage());
        } catch (IOException e) {
            LOG.warn("{} cannot be read: {}", directory.resolve(TrainingRun.METRICS), e.getMessage());
        }
        return epochs;
    }
}
