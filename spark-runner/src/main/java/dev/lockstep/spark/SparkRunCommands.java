package dev.lockstep.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.LeaseTiming;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.cluster.storage.RunLease;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.sync.Dl4jSparkSync;
import dev.lockstep.spark.cli.DoctorAnswer;
import dev.lockstep.spark.cli.DoctorRequest;
import dev.lockstep.spark.cli.EvaluateRequest;
import dev.lockstep.spark.cli.ExportRequest;
import dev.lockstep.spark.cli.ImportRequest;
import dev.lockstep.spark.cli.InputRequest;
import dev.lockstep.spark.cli.InspectRequest;
import dev.lockstep.spark.cli.LedgerRequest;
import dev.lockstep.spark.cli.LedgerVerdict;
import dev.lockstep.spark.cli.PipelineRequest;
import dev.lockstep.spark.cli.PipelineStatusRequest;
import dev.lockstep.spark.cli.PlanRequest;
import dev.lockstep.spark.cli.PredictRequest;
import dev.lockstep.spark.cli.ProgressDisplay;
import dev.lockstep.spark.cli.ReportRequest;
import dev.lockstep.spark.cli.RollbackRequest;
import dev.lockstep.spark.cli.RunCommands;
import dev.lockstep.spark.cli.SubmitRequest;
import dev.lockstep.spark.cli.TrainRequest;
import dev.lockstep.spark.cli.VerifyAnswer;
import dev.lockstep.spark.cli.VerifyRequest;
import dev.lockstep.spark.data.HadoopFiles;
import dev.lockstep.spark.doctor.Sessions;
import dev.lockstep.spark.memory.MemoryCheck;
import dev.lockstep.spark.plan.PlanReport;
import dev.lockstep.spark.submit.ExecutorLogs;
import dev.lockstep.spark.submit.SubmitChecks;
import dev.lockstep.spark.submit.Submitter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The commands of the command line, on Spark. */
public final class SparkRunCommands implements RunCommands {
    private static final Logger LOG = LoggerFactory.getLogger(SparkRunCommands.class);

    /** Longer than an abandoned lease lives, so that a dead driver's run is taken over by waiting for it once. */
    private static final Duration LEASE_WAIT = LeaseTiming.DEFAULT.expireAfter().plusSeconds(10);

    private final SessionSource sessions;

    /** With a Spark session of its own for every command that needs one. */
    public SparkRunCommands() {
        this(SessionSource.OWN);
    }

    /** With sessions from somewhere else, such as one for a whole pipeline. */
    SparkRunCommands(SessionSource sessions) {
        this.sessions = sessions;
    }

    @Override
    public int train(TrainRequest request) {
        RuntimeRequirements.requireOpenModules();
        Configuration hadoop = HadoopFiles.configuration(new SparkConf());
        JobConfig job = JobLoader.load(request.job(), request.overrides(), request.workers(), hadoop);
        // The terminal leaves the loader's log out, the driver's log under spark-submit does not.
        (request.debug() ? LOG : JobLoader.LOG).info("The resolved job:\n{}", JobFile.toRedactedYaml(job));
        String location = location(request, job);
        requireLasting(location, new SparkConf());
        RunDirectory directory = RunDirectory.at(location, hadoop);
        try (StopSignals signals = new StopSignals();
                ProgressDisplay display = ProgressDisplay.onStandardOutput();
                RunLease lease = RunLease.acquire(directory, LeaseTiming.DEFAULT, LEASE_WAIT, waiting -> {
                    requireNoStop(signals);
                    display.above(countdown(waiting));
                })) {
            TrainRequest now = RunOrigin.ofThisAttempt(request, directory);
            TrainingRun run = TrainingRun.open(directory, job, now.resume(), now.fresh(), now.strict(), hadoop);
            Optional<ObjectNode> completed = run.completedResult();
            if (completed.isPresent()) {
                boolean stoppedEarly = completed.get().path("stopped_early").isObject();
                display.above("This run is completed already; --fresh starts anew"
                        + (stoppedEarly ? "." : ", more training.epochs continue it."));
                RunSummary.lines(completed.get(), directory.location()).forEach(display::above);
                return ExitCode.COMPLETED.number();
            }
            ObjectNode result;
            try {
                result = train(request, job, run, lease, signals, display);
            } finally {
                writePage(directory, lease, hadoop);
            }
            // An epoch that a stop left unfinished belongs above the last lines, not below them.
            display.close();
            RunSummary.lines(result, directory.location()).forEach(display::above);
            return result.path("status").asText().equals("completed")
                    ? ExitCode.COMPLETED.number()
                    : ExitCode.STOPPED.number();
        }
    }

    @Override
    public int submit(SubmitRequest request) {
        SparkConf spark = new SparkConf();
        request.settingsByKey().forEach(spark::set);
        Configuration hadoop = HadoopFiles.configuration(spark);
        TrainRequest train = request.train();
        JobConfig job = JobLoader.load(train.job(), train.overrides(), train.workers(), hadoop);
        return new Submitter(hadoop, RunSummary::lines).submit(request, job);
    }

    private static String location(TrainRequest request, JobConfig job) {
        return request.runDirectory() == null ? "runs/" + job.name() : request.runDirectory();
    }

    /** However the run ended; but an owner that lost its lease writes nothing. */
    private static void writePage(RunDirectory directory, RunLease lease, Configuration hadoop) {
        try {
            LOG.trace("Still the owner, with fencing number {}", lease.assertHeld());
        } catch (LockstepException | UncheckedIOException lostOrUncertain) {
            LOG.debug("No page is written", lostOrUncertain);
            return;
        }
        RunReport.writeQuietly(directory, hadoop);
    }

    @Override
    public String runDirectory(TrainRequest request) {
        Configuration hadoop = HadoopFiles.configuration(new SparkConf());
        return location(request, JobLoader.load(request.job(), request.overrides(), request.workers(), hadoop));
    }

    @Override
    public String report(ReportRequest request) {
        return RunReport.write(request, HadoopFiles.configuration(new SparkConf()));
    }

    /** In cluster mode the driver is on any host, and its working directory a container's, deleted with it. */
    static void requireLasting(String location, SparkConf spark) {
        if (spark.get("spark.submit.deployMode", "client").equals("cluster")) {
            SubmitChecks.requireShared("run directory", "--run-dir", location);
        }
    }

    private ObjectNode train(
            TrainRequest request,
            JobConfig job,
            TrainingRun run,
            RunLease lease,
            StopSignals signals,
            ProgressDisplay display) {
        OptionalInt asked = askedWorkers(job);
        SparkConf configuration = SparkContexts.configure(job, request.master(), asked);
        int workers = WorkerCount.of(asked, configuration.get("spark.master"), configuration);
        // Where the job does not say how many workers there are, it shows only now whether they can share its slices.
        LOG.debug("{} slices a worker", job.determinism().slicesPerWorker(workers));
        new MemoryCheck(job, configuration, workers).requireShapes(HadoopFiles.configuration(configuration));
        run.begin();
        // A cluster may let Spark wait for its turn for hours, and Spark's constructor hears of nothing.
        signals.onStop(StopSignals::exitSoon);
        return sessions.during(configuration, spark -> {
            signals.onStop(() -> {});
            RunContext context = new RunContext(
                    job, run, spark, workers, lease::assertHeld, signals, display::show, asked.isPresent(), lease.id());
            try (ExecutorLogs logs = ExecutorLogs.watch(spark.sc())) {
                return logs.explaining(() -> job.cluster().sync() instanceof Dl4jSparkSync
                        ? new Dl4jSparkTraining(context).train()
                        : new SparkTrainingJob(context).train());
            }
        });
    }

    private static void requireNoStop(StopSignals signals) {
        if (signals.requested()) {
            throw new LockstepException(
                    ExitCode.STOPPED, "stopped on request while it waited for the run's lease; nothing has changed");
        }
    }

    private static OptionalInt askedWorkers(JobConfig job) {
        Integer workers = job.cluster().workers();
        return workers == null ? OptionalInt.empty() : OptionalInt.of(workers);
    }

    private static String countdown(RunLease.Waiting waiting) {
        return String.format(
                Locale.ROOT,
                "waiting for process %d on %s, which holds this run: taking over in %.0f s unless it is alive",
                waiting.pid(),
                waiting.host(),
                waiting.secondsUntilTakeOver());
    }

    @Override
    public int evaluate(EvaluateRequest request) {
        return new ModelUse(request.run(), request.overrides(), request.master(), request.workers())
                .evaluate(System.out);
    }

    @Override
    public int predict(PredictRequest request) {
        ModelUse use = new ModelUse(request.run(), request.overrides(), request.master(), request.workers());
        InputRequest input = request.input();
        return input == null
                ? use.predict(request.output(), System.out)
                : new BatchScoring(use, input, System.out).run(request.output());
    }

    @Override
    public String inspect(InspectRequest request) {
        return RunInspection.of(request.target(), HadoopFiles.configuration(new SparkConf()));
    }

    @Override
    public LedgerVerdict ledger(LedgerRequest request) {
        return LedgerInspection.of(request, HadoopFiles.configuration(new SparkConf()));
    }

    @Override
    public VerifyAnswer verify(VerifyRequest request) {
        return RunVerification.of(request, HadoopFiles.configuration(new SparkConf()));
    }

    @Override
    public String plan(PlanRequest request) {
        SparkConf configuration = new SparkConf();
        Configuration hadoop = HadoopFiles.configuration(configuration);
        JobConfig job = JobLoader.load(request.job(), request.overrides(), null, hadoop);
        job.cluster().spark().forEach(configuration::set);
        PlanReport report = PlanReport.of(job, request, Memberships.encryptData(configuration), hadoop);
        return request.json() ? report.json() : report.text();
    }

    @Override
    public DoctorAnswer doctor(DoctorRequest request) {
        return new DoctorVisit(request, Sessions.own()).answer();
    }

    @Override
    public int pipeline(PipelineRequest request) {
        return PipelineCommands.run(request);
    }

    @Override
    public String rollBack(RollbackRequest request) {
        return PipelineCommands.rollBack(request);
    }

    @Override
    public String pipelineStatus(PipelineStatusRequest request) {
        return PipelineCommands.status(request);
    }

    @Override
    public String importModel(ImportRequest request) {
        return new ModelInterchange(HadoopFiles.configuration(new SparkConf())).take(request);
    }

    @Override
    public String exportModel(ExportRequest request) {
        return new ModelInterchange(HadoopFiles.configuration(new SparkConf())).write(request);
    }
}
