package dev.lockstep.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.PatientLineWriter;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.checkpoint.Checkpoint;
import dev.lockstep.core.checkpoint.CheckpointFormat;
import dev.lockstep.core.checkpoint.CheckpointStorage;
import dev.lockstep.core.checkpoint.Manifest;
import dev.lockstep.core.checkpoint.RetryPolicy;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.KeptJob;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.cli.ResumePolicy;
import dev.lockstep.spark.tensorboard.TensorBoardWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run directory that is about to be trained in: whether it holds a run already, whether that one may go on, and with
 * what it goes on. To be used by the holder of the run lease.
 */
final class TrainingRun {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);
    static final String JOB = "job.yaml";
    static final String METRICS = "metrics.jsonl";
    static final String RESULT = "result.json";
    static final String DATA = "data";
    static final String RUN = "run.json";
    /** Events of the last evaluation, which a run that goes on makes anew. */
    private static final Set<String> OF_THE_END = Set.of("test", RunJournal.SAMPLES);

    private static final String CHECKPOINTS = "checkpoints";

    private final RunDirectory directory;
    private final JobConfig job;
    private final CheckpointStorage checkpoints;
    private final ObjectMapper mapper = new ObjectMapper();
    private final String runId;
    private final long resumeStep;
    private final boolean resumed;

    private TrainingRun(
            RunDirectory directory, JobConfig job, CheckpointStorage checkpoints, ResumePolicy policy, boolean strict)
            throws IOException {
        this.directory = directory;
        this.job = job;
        this.checkpoints = checkpoints;
        Optional<String> existing = directory.readText(RUN);
        runId = existing.isPresent()
                ? mapper.readTree(existing.get()).path("run_id").asText()
                : UUID.randomUUID().toString();
        Optional<String> previousJob = directory.readText(JOB);
        if (previousJob.isPresent()) {
            requireSameJob(previousJob.get());
        }
        List<String> steps = new CheckpointFormat(checkpoints).directories();
        if (existing.isEmpty() && !steps.isEmpty()) {
            throw new LockstepException(
                    ExitCode.MODEL,
                    checkpoints.location() + " holds checkpoints of another run, up to " + steps.get(steps.size() - 1)
                            + "; give this run a checkpoint.directory of its own, or remove them with --fresh");
        }
        Optional<Checkpoint> latest = NewestCheckpoint.in(checkpoints, policy, strict);
        resumed = latest.isPresent();
        resumeStep = latest.map(Checkpoint::step).orElse(0L);
        if (resumed) {
            requireOwn(new CheckpointFormat(checkpoints).manifest(CheckpointFormat.directoryName(resumeStep)));
        }
    }

    /** A job may be given another checkpoint directory in the middle of a run, but not another run's. */
    private void requireOwn(Manifest manifest) {
        if (!manifest.runId().startsWith(runId)) {
            throw new LockstepException(
                    ExitCode.MODEL,
                    checkpoints.location() + " holds checkpoints of another run (" + manifest.runId() + ", this is "
                            + runId + "); give this run a checkpoint.directory of its own");
        }
    }

    /** Looks at the directory, moves an old run aside where that is asked for, and refuses what cannot go on. */
    static TrainingRun open(
            RunDirectory directory,
            JobConfig job,
            ResumePolicy policy,
            boolean fresh,
            boolean strict,
            Configuration configuration) {
        String elsewhere = job.checkpoint().directory();
        CheckpointStorage checkpoints = checkpoints(directory, job, configuration);
        try {
            boolean used = directory.exists(RUN);
            if (used && policy == ResumePolicy.NEVER && !fresh) {
                throw new LockstepException(
                        ExitCode.USAGE,
                        "--resume never: " + directory.location()
                                + " holds a run already; --fresh moves it aside, --run-dir names another directory");
            }
            if (fresh) {
                directory
                        .moveAside(Instant.now())
                        .ifPresent(place -> LOG.info("The old run is kept in {}", KeptJob.masked(place)));
                if (elsewhere != null) {
                    RunDirectory.at(elsewhere, configuration)
                            .moveAside(Instant.now())
                            .ifPresent(place -> LOG.info("Its checkpoints are kept in {}", KeptJob.masked(place)));
                }
            }
            directory.probeWritable();
            checkpoints.probeWritable();
            PatientWriting.warnOfOtherWriters(directory);
            if (elsewhere != null) {
                PatientWriting.warnOfOtherWriters(RunDirectory.at(elsewhere, configuration));
            }
            return new TrainingRun(directory, job, checkpoints, policy, strict);
        } catch (IOException e) {
            throw new LockstepException(
                    ExitCode.CLUSTER, "run directory " + directory.location() + ": " + e.getMessage(), e);
        }
    }

    /** Where a job's checkpoints are: in the run directory unless the job names another place. */
    static CheckpointStorage checkpoints(RunDirectory directory, JobConfig job, Configuration configuration) {
        String elsewhere = job.checkpoint().directory();
        return elsewhere == null
                ? directory.checkpointStorage(CHECKPOINTS)
                : RunDirectory.storageAt(elsewhere, configuration);
    }

    private void requireSameJob(String previous) {
        Map<String, String> environment = System.getenv();
        JobConfig old = KeptJob.read(previous, directory.resolve(JOB), environment);
        List<String> changes =
                JobChanges.forbidden(KeptJob.comparable(old, environment), KeptJob.comparable(job, environment));
        if (!changes.isEmpty()) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    directory.location() + " holds a run of another job:\n  " + String.join("\n  ", changes)
                            + "\nchange these back, start anew with --fresh, or name another --run-dir");
        }
    }

    /** Writes the resolved job, without its secrets, and the run's identity. */
    void begin() {
        try {
            directory.writeText(JOB, KeptJob.yaml(job, System.getenv()));
            if (!directory.exists(RUN)) {
                ObjectNode run = mapper.createObjectNode();
                run.put("run_id", runId);
                run.put("created", Instant.now().toString());
                RunOrigin.note(run);
                directory.writeText(RUN, run.toString());
            }
        } catch (IOException e) {
            throw new LockstepException(
                    ExitCode.CLUSTER, "cannot write to " + directory.location() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Notes in run.json what the run begins with.
     *
     * @throws LockstepException when it has begun with something else
     */
    void recordInitialWeights(InitialWeights weights) {
        try {
            ObjectNode identity = directory.readText(RUN).flatMap(this::parse).orElseGet(mapper::createObjectNode);
            String noted =
                    identity.path("initial_weights").path("parameters_sha256").asText(weights.parametersSha256());
            InitialWeights.requireSame(noted, weights.parametersSha256(), weights.location());
            identity.putObject("initial_weights")
                    .put("model", KeptJob.masked(weights.location()))
                    .put("parameters_sha256", weights.parametersSha256());
            directory.writeText(RUN, identity.toString());
        } catch (IOException e) {
            throw new LockstepException(
                    ExitCode.CLUSTER, "cannot write to " + directory.location() + ": " + e.getMessage(), e);
        }
        LOG.info("Begins with the parameters {} of {}", weights.parametersSha256(), KeptJob.masked(weights.location()));
    }

    /** Cuts metrics.jsonl back to the checkpoint that the run goes on from, and gives the events that stay. */
    List<ObjectNode> cutBackMetrics() {
        List<ObjectNode> kept = new ArrayList<>();
        try {
            directory.retainLines(METRICS, line -> {
                Optional<ObjectNode> event = parse(line);
                boolean stays = event.isPresent()
                        && event.get().path("step").asLong(0) <= resumeStep
                        && !OF_THE_END.contains(event.get().path("event").asText());
                if (stays) {
                    kept.add(event.get());
                }
                return stays;
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cutting back " + directory.resolve(METRICS), e);
        }
        return kept;
    }

    /**
     * Lends a journal over metrics.jsonl, cut back to where the run goes on.
     *
     * @param display takes every event
     */
    <T> T withJournal(int workers, Consumer<ObjectNode> display, Function<RunJournal, T> use) {
        List<ObjectNode> kept = cutBackMetrics();
        try (PatientLineWriter lines = PatientLineWriter.open(directory, METRICS, PatientWriting.AT_THE_END);
                TensorBoardWriter tensorBoard = TensorBoardWriter.open(directory, job, kept)) {
            RunJournal journal = new RunJournal(lines::append, display, workers);
            journal.takeUp(kept);
            journal.onKept(tensorBoard::accept);
            return use.apply(journal);
        } catch (IOException e) {
            throw new UncheckedIOException(directory.resolve(METRICS), e);
        }
    }

    private Optional<ObjectNode> parse(String line) {
        try {
            return mapper.readTree(line) instanceof ObjectNode event ? Optional.of(event) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * The result of a run that was trained to the end of the epochs now asked for, or that stopped early, for which more
     * epochs change nothing; empty otherwise.
     */
    Optional<ObjectNode> completedResult() {
        try {
            Optional<ObjectNode> result = directory.readText(RESULT).flatMap(this::parse);
            return result.filter(found -> found.path("status").asText().equals("completed")
                    && (found.path("epochs").asInt() >= job.training().epochs()
                            || found.path("stopped_early").isObject()));
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + directory.resolve(RESULT), e);
        }
    }

    /**
     * Writes result.json in one step.
     *
     * @param retries for how long a file system that is away is waited for
     */
    void writeResult(ObjectNode result, RetryPolicy retries) {
        try {
            String text = mapper.writerWithDefaultPrettyPrinter().writeValueAsString(KeptJob.masked(result)) + "\n";
            PatientWriting.persist(retries, directory.resolve(RESULT), () -> directory.writeText(RESULT, text));
        } catch (IOException e) {
            throw new UncheckedIOException("writing " + directory.resolve(RESULT), e);
        }
    }

    /** Whether the run goes on from a checkpoint. */
    boolean resumed() {
        return resumed;
    }

    /** The step of that checkpoint; 0 for none. */
    long resumeStep() {
        return resumeStep;
    }

    String runId() {
        return runId;
    }

    String checkpointLocation() {
        return checkpoints.location();
    }

    RunDirectory directory() {
        return directory;
    }
}
