package dev.lockstep.spark;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.cli.LockstepCommand;
import dev.lockstep.spark.cli.RunCommands;
import dev.lockstep.spark.submit.SubmittedDriver;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ServiceLoader;

/**
 * The program, as {@code scripts/lockstep} and {@code spark-submit --class dev.lockstep.spark.LockstepCli} start it.
 * The commands are in {@link dev.lockstep.spark.cli}; the engine behind them is a {@link RunCommands} service, so that
 * {@code --help} starts without Spark.
 */
public final class LockstepCli {
    private LockstepCli() {}

    /** Runs a command line and ends the process with its exit code. */
    public static void main(String[] arguments) {
        PrintWriter output = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter errors = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int exitCode = SubmittedDriver.isExpected()
                ? SubmittedDriver.run(
                        errors, told -> LockstepCommand.execute(LockstepCli::engine, output, told, arguments))
                : LockstepCommand.execute(LockstepCli::engine, output, errors, arguments);
        // On YARN in cluster mode a success must return: the application master takes any System.exit for a failure.
        if (exitCode != ExitCode.COMPLETED.number() || !SubmittedDriver.isApplicationMaster()) {
            // Not a mere return: threads of Spark and ND4J would keep the process alive.
            System.exit(exitCode);
        }
    }

    private static RunCommands engine() {
        RuntimeRequirements.requireSpark();
        return ServiceLoader.load(RunCommands.class)
                .findFirst()
                .orElseThrow(() -> new LockstepException(
                        ExitCode.USAGE,
                        "no training engine on the class path: expected a META-INF/services/"
                                + RunCommands.class.getName()
                                + " entry; start Lockstep by scripts/lockstep or from lockstep-assembly.jar"));
    }
}
