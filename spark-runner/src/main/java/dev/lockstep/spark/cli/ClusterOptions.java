package dev.lockstep.spark.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that every command with workers has. */
final class ClusterOptions {
    @Spec(Spec.Target.MIXEE)
    @Nullable
    private CommandSpec command;

    @Option(
            names = "--master",
            paramLabel = "M",
            description = "Spark master: local[n], local-cluster[n,cores,MiB], spark://host:port, yarn.")
    @Nullable
    String master;

    @Nullable
    private Integer workers;

    private List<String> overrides = new ArrayList<>();

    @Option(names = "--workers", paramLabel = "N", description = "Number of workers, instead of the job file's.")
    void setWorkers(Integer number) {
        if (number < 1) {
            throw wrong("--workers: expected a whole number above 0, found " + number);
        }
        workers = number;
    }

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set a key of the job file, such as training.epochs=3. May be repeated.")
    void setOverrides(List<String> settings) {
        for (String setting : settings) {
            if (setting.indexOf('=') < 1) {
                throw wrong("--set: expected KEY=VALUE such as training.epochs=3, found \"" + setting + "\"");
            }
        }
        overrides = List.copyOf(settings);
    }

    @Nullable
    Integer workers() {
        return workers;
    }

    List<String> overrides() {
        return overrides;
    }

    private ParameterException wrong(String message) {
        if (command == null) {
            throw new IllegalStateException("options used outside a command line");
        }
        return new ParameterException(command.commandLine(), message);
    }
}
