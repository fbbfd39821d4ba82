package dev.lockstep.spark.cli;

import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lockstep train JOB}. */
@Command(
        name = "train",
        description = {
            "Train the network of a job file, or continue a run that was stopped.",
            "The same command again continues from the latest checkpoint; of a completed run it says so and ends."
        },
        footer = {
            "",
            "Examples:",
            "  lockstep train examples/digits.yaml",
            "  lockstep train job.yaml --workers 4 --master 'local[4]' --set training.epochs=3",
            "  lockstep train job.yaml --master 'local-cluster[2,1,1024]' --run-dir hdfs://namenode:8020/runs/a",
            "  lockstep train job.yaml --fresh"
        })
final class TrainCommand implements Callable<Integer> {
    private final Supplier<RunCommands> commands;
    private final DebugOption debug;

    @Spec
    @Nullable
    private CommandSpec command;

    @Parameters(paramLabel = "JOB", description = "The job file (YAML): a local path or a Hadoop URI.")
    private String job = "";

    @Option(
            names = "--run-dir",
            paramLabel = "URI",
            description = "Where the run's files go; by default runs/NAME in the working directory.")
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

    @Option(names = "--fresh", description = "Begin anew; the old run is kept beside the new one.")
    private boolean fresh;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    TrainCommand(Supplier<RunCommands> commands, DebugOption debug) {
        this.commands = commands;
        this.debug = debug;
    }

    @Override
    public Integer call() {
        if (fresh && resume == ResumePolicy.REQUIRE) {
            throw new ParameterException(
                    Objects.requireNonNull(command).commandLine(),
                    "--fresh and --resume " + resume.name().toLowerCase(Locale.ROOT)
                            + " contradict each other: give one of them");
        }
        return commands.get()
                .train(new TrainRequest(
                        job,
                        runDirectory,
                        cluster.master,
                        cluster.workers(),
                        resume,
                        fresh,
                        cluster.overrides(),
                        debug.given()));
    }
}
