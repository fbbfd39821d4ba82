package dev.lockstep.spark.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lockstep data}: where examples get their data sets from. */
@Command(name = "data", description = "Get public data sets, lay one out by days, or draw one.")
final class DataCommand implements Runnable {
    @Spec
    @Nullable
    private CommandSpec command;

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(command).commandLine(), "expected a command: fetch, days or draw");
    }
}
