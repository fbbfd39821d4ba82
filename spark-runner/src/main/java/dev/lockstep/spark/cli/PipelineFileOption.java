package dev.lockstep.spark.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What every command of a pipeline has: its file, and keys of it. */
final class PipelineFileOption {
    @Spec(Spec.Target.MIXEE)
    @Nullable
    private CommandSpec command;

    /** Not required by picocli, which would ask for it before a subcommand too. */
    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            description = "The pipeline file (YAML): a local path or a Hadoop URI.")
    @Nullable
    private String file;

    private List<String> overrides = new ArrayList<>();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set a key of the pipeline file, such as data.wait_minutes=0. May be repeated.")
    void setOverrides(List<String> settings) {
        for (String setting : settings) {
            if (setting.indexOf('=') < 1) {
                throw wrong("--set: expected KEY=VALUE such as data.wait_minutes=0, found \"" + setting + "\"");
            }
        }
        overrides = List.copyOf(settings);
    }

    /** The file, which must be given. */
    String file() {
        if (file == null) {
            throw wrong("expected a pipeline file, or a command (status or rollback) and a pipeline file");
        }
        return file;
    }

    List<String> overrides() {
        return overrides;
    }

    ParameterException wrong(String message) {
        if (command == null) {
            throw new IllegalStateException("options used outside a command line");
        }
        return new ParameterException(command.commandLine(), message);
    }
}
