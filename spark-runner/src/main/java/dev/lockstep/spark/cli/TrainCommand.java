package dev.lockstep.spark.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lockstep train JOB...}. */
@Command(
        name = "train",
        description = {
            "Train the network of a job file, or continue a run that was stopped.",
            "The same command again continues from the latest checkpoint; of a completed run it says so and ends.",
            "Several job files are trained one after the other, each in its own run directory."
        },
        footer = {
            "",
            "Examples:",
            "  lockstep train examples/digits.yaml",
            "  lockstep train job.yaml --workers 4 --master 'local[4]' --set training.epochs=3",
            "  lockstep train job.yaml --master 'local-cluster[2,1,1024]' --run-dir hdfs://namenode:8020/runs/a",
            "  lockstep train job.yaml --fresh",
            "  lockstep train a.yaml b.yaml c.yaml --compare comparison.html"
        })
final class TrainCommand implements Callable<Integer> {
    private final Supplier<RunCommands> commands;
    private final DebugOption debug;

    @Spec
    @Nullable
    private CommandSpec command;

    @Parameters(
            paramLabel = "JOB",
            arity = "1..*",
            description =
                    "The job file (YAML): a local path or a Hadoop URI. Of several, the name tells the runs apart.")
    private List<String> jobs = new ArrayList<>();

    @Option(
            names = "--run-dir",
            paramLabel = "URI",
            description = "Where the run's files go; by default runs/NAME in the working directory. With several jobs,"
                    + " each has URI/NAME.")
    @Nullable
    private String runDirectory;

    @Option(
            names = "--resume",
            paramLabel = "auto|never|require",
            defaultValue = "auto",
            converter = ResumePolicyConverter.class,
            description = "Continue from the latest checkpoint: if there is one (auto, the default), never, or fail"
                    + " without one (require).")
    private ResumePolicy resume = ResumePolicy.AUTO;

    @Option(
            names = "--strict",
            description = "Refuse to go on when the newest checkpoint is damaged, instead of from the one before.")
    private boolean strict;

    @Option(names = "--fresh", description = "Begin anew; the old run is kept beside the new one.")
    private boolean fresh;

    @Option(names = "--compare", paramLabel = "FILE", description = "Write a page there that compares the runs.")
    @Nullable
    private String compare;

    @Option(
            names = "--ledger",
            description = "Note which samples each step uses: lockstep ledger RUN proves from it that each was used"
                    + " exactly once an epoch. As the job's key ledger: true.")
    private boolean ledger;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    TrainCommand(Supplier<RunCommands> commands, DebugOption debug) {
        this.commands = commands;
        this.debug = debug;
    }

    @Override
    public Integer call() {
        CommandLine commandLine = Objects.requireNonNull(command).commandLine();
        if (fresh && resume == ResumePolicy.REQUIRE) {
            throw new ParameterException(
                    commandLine,
                    "--fresh and --resume " + resume.name().toLowerCase(Locale.ROOT)
                            + " contradict each other: give one of them");
        }
        if (jobs.size() > 1 && "cluster".equals(System.getProperty("spark.submit.deployMode"))) {
            throw new ParameterException(
                    commandLine,
                    "several jobs with --deploy-mode cluster: a driver in the cluster has one application and trains one"
                            + " job; submit each by itself, or use --deploy-mode client");
        }
        RunCommands engine = commands.get();
        if (jobs.size() == 1 && compare == null) {
            return engine.train(request(jobs.get(0), runDirectory));
        }
        return new TrainingSeries(engine, commandLine.getErr(), debug.given())
                .train(jobs.stream().map(this::requestOfSeveral).toList(), compare, commandLine.getOut());
    }

    /** In a folder of its own: where it is depends on the job's name, which the engine reads. */
    private TrainRequest requestOfSeveral(String job) {
        if (runDirectory == null || jobs.size() == 1) {
            return request(job, runDirectory);
        }
        String own = commands.get().runDirectory(request(job, null));
        return request(job, runDirectory.replaceAll("/+$", "") + own.substring(own.lastIndexOf('/')));
    }

    private TrainRequest request(String job, @Nullable String directory) {
        return new TrainRequest(
                job, directory, cluster.master, cluster.workers(), resume, fresh, overrides(), debug.given(), strict);
    }

    private List<String> overrides() {
        List<String> overrides = new ArrayList<>(cluster.overrides());
        if (ledger) {
            overrides.add("ledger=true");
        }
        return overrides;
    }
}
