package dev.lockstep.spark.cli;

import java.util.ArrayList;
import java.util.List;
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

/** {@code lockstep submit JOB}. */
@Command(
        name = "submit",
        description = {
            "Train on a cluster by $SPARK_HOME/bin/spark-submit, wait for the end in either deploy mode, and end with"
                    + " the exit code of the training.",
            "The job file is read and its variables are resolved here. The same command again continues the run."
        },
        footer = {
            "",
            "Examples:",
            "  lockstep submit job.yaml --master yarn --deploy-mode cluster --run-dir hdfs:///runs/a",
            "  lockstep submit job.yaml --master yarn --num-executors 4 --executor-cores 2 --conf spark.task.cpus=2",
            "  lockstep submit job.yaml --master spark://host:7077 --deploy-mode cluster --run-dir hdfs:///runs/a \\",
            "      --assembly hdfs:///lib/lockstep-assembly.jar --set training.epochs=3"
        })
final class SubmitCommand implements Callable<Integer> {
    private final Supplier<RunCommands> commands;
    private final DebugOption debug;

    @Spec
    @Nullable
    private CommandSpec command;

    @Parameters(paramLabel = "JOB", description = "The job file (YAML): a local path or a Hadoop URI.")
    private String job = "";

    @Option(
            names = "--deploy-mode",
            paramLabel = "client|cluster",
            description = "Where the driver runs: in this terminal (client, the default) or in the cluster.")
    private DeployMode deployMode = DeployMode.CLIENT;

    @Option(
            names = "--run-dir",
            paramLabel = "URI",
            description = "Where the run's files go; in cluster mode a URI that all hosts reach, such as"
                    + " hdfs://namenode:8020/runs/a.")
    @Nullable
    private String runDirectory;

    @Option(
            names = "--resume",
            paramLabel = "auto|never|require",
            defaultValue = "auto",
            converter = ResumePolicyConverter.class,
            description = "As of train.")
    private ResumePolicy resume = ResumePolicy.AUTO;

    @Option(names = "--strict", description = "As of train.")
    private boolean strict;

    @Option(names = "--fresh", description = "Begin anew; the old run is kept beside the new one.")
    private boolean fresh;

    @Option(names = "--ledger", description = "As of train.")
    private boolean ledger;

    @Option(
            names = "--assembly",
            paramLabel = "URI",
            description = "Where the cluster finds lockstep-assembly.jar; by default the one that this command runs"
                    + " from, which YARN is sent. A standalone cluster needs it on every host or at a URI.")
    @Nullable
    private String assembly;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private SparkSubmitOptions spark = new SparkSubmitOptions();

    SubmitCommand(Supplier<RunCommands> commands, DebugOption debug) {
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
        List<String> overrides = new ArrayList<>(cluster.overrides());
        if (ledger) {
            overrides.add("ledger=true");
        }
        TrainRequest train = new TrainRequest(
                job, runDirectory, cluster.master, cluster.workers(), resume, fresh, overrides, debug.given(), strict);
        return commands.get().submit(new SubmitRequest(train, deployMode, spark.words(), spark.settings(), assembly));
    }
}
