package dev.lockstep.spark.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lockstep data}: what can be done with public data sets. */
@Command(name = "data", description = "Get public data sets.")
final class DataCommand implements Runnable {
    @Spec
    @Nullable
    private CommandSpec command;

    @Override
    public void run() {
        throw new ParameterException(Objects.requireNonNull(command).commandLine(), "expected a command: fetch");
    }
}
