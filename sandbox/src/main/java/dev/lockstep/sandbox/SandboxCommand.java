package dev.lockstep.sandbox;

import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program behind {@code scripts/sandbox}. */
@Command(
        name = "sandbox",
        mixinStandardHelpOptions = true,
        description = {
            "A small real cluster on this machine: HDFS with two data nodes, Spark standalone with two workers, YARN with"
                    + " two node managers. Each daemon is a process of its own and listens on 127.0.0.1 alone, on free"
                    + " ports."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:usage", "5:the cluster is not as it should be"},
        footer = {
            "",
            "Examples:",
            "  scripts/sandbox up --cores 1",
            "  scripts/sandbox status",
            "  scripts/sandbox down"
        })
public final class SandboxCommand implements Runnable {
    private static final int FAILED = 5;
    private static final int SMALLEST_MEMORY_MIB = 1024;

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Where it keeps its files; by default target/sandbox of the project.")
    private Path directory = Path.of(System.getProperty("lockstep.root", ""), "target", "sandbox");

    private SandboxCommand() {}

    /** Runs a command line and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(execute(new PrintWriter(System.out, true), new PrintWriter(System.err, true), arguments));
    }

    /** The same within a process. */
    static int execute(PrintWriter output, PrintWriter errors, String... arguments) {
        return new CommandLine(new SandboxCommand())
                .setOut(output)
                .setErr(errors)
                .setExecutionExceptionHandler((failure, where, parsed) -> {
                    if (!(failure instanceof SandboxException)) {
                        throw failure;
                    }
                    errors.println("sandbox: " + failure.getMessage());
                    return FAILED;
                })
                .execute(arguments);
    }

    private Sandbox sandbox() {
        return new Sandbox(directory, command.commandLine().getOut());
    }

    @Override
    public void run() {
        throw new ParameterException(command.commandLine(), "expected a command: up, status or down");
    }

    @Command(
            name = "up",
            mixinStandardHelpOptions = true,
            description = "Start it and wait until it is of use; a running one is left alone.")
    int up(
            @Option(
                            names = "--cores",
                            paramLabel = "N",
                            defaultValue = "2",
                            description = "Cores of each worker and node manager; by default ${DEFAULT-VALUE}.")
                    int cores,
            @Option(
                            names = "--memory",
                            paramLabel = "MIB",
                            defaultValue = "4096",
                            description = "Memory of each worker and node manager; by default ${DEFAULT-VALUE}.")
                    int memoryMib) {
        if (cores < 1 || memoryMib < SMALLEST_MEMORY_MIB) {
            throw new ParameterException(
                    command.commandLine(),
                    "expected --cores of 1 or more and --memory of " + SMALLEST_MEMORY_MIB + " or more, found " + cores
                            + " and " + memoryMib);
        }
        sandbox().up(cores, memoryMib);
        return 0;
    }

    @Command(name = "status", mixinStandardHelpOptions = true, description = "Say what runs, and how to reach it.")
    int status() {
        return sandbox().status() ? 0 : FAILED;
    }

    @Command(
            name = "down",
            mixinStandardHelpOptions = true,
            description = "Stop it, with everything that it has started. What HDFS holds is gone with the next start.")
    int down() {
        sandbox().down();
        return 0;
    }
}
