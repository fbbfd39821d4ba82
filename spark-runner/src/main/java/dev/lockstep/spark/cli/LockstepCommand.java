package dev.lockstep.spark.cli;

import dev.lockstep.core.error.ExitCode;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code lockstep}: the root of the command line, and the one place where failures become messages and exit codes. */
@Command(
        name = "lockstep",
        description = "Distributed data-parallel neural-network training on Apache Spark.",
        versionProvider = VersionText.class,
        subcommandsRepeatable = false,
        footer = {
            "",
            "Examples:",
            "  lockstep train examples/digits.yaml",
            "  lockstep data fetch fashion-mnist",
            "  lockstep inspect runs/digits",
        })
public final class LockstepCommand implements Runnable {
    @Spec
    @Nullable
    private CommandSpec command;

    @Mixin
    private DebugOption debug = new DebugOption();

    private LockstepCommand() {}

    /**
     * Runs a command line.
     *
     * @param engine asked for only by the commands that need it
     * @param output for results and help
     * @param errors for messages
     * @param arguments as typed
     * @return the exit code of the process
     */
    public static int execute(
            Supplier<RunCommands> engine, PrintWriter output, PrintWriter errors, String... arguments) {
        CommandLine commandLine = commandLine(engine, output, errors);
        try {
            return commandLine.execute(arguments);
        } catch (Throwable failure) { // an Error, such as a missing class or too little memory
            return commandLine.<LockstepCommand>getCommand().report(failure, errors);
        }
    }

    /** All commands; nothing has been parsed yet. */
    static CommandLine commandLine(Supplier<RunCommands> engine, PrintWriter output, PrintWriter errors) {
        LockstepCommand root = new LockstepCommand();
        CommandLine commandLine = new CommandLine(root)
                .addSubcommand(new TrainCommand(engine, root.debug))
                .addSubcommand(new SubmitCommand(engine, root.debug))
                .addSubcommand(new EvaluateCommand(engine, root.debug))
                .addSubcommand(new PredictCommand(engine, root.debug))
                .addSubcommand(new InspectCommand(engine, root.debug))
                .addSubcommand(new LedgerCommand(engine))
                .addSubcommand(new VerifyCommand(engine))
                .addSubcommand(new PlanCommand(engine, root.debug))
                .addSubcommand(new DoctorCommand(engine, root.debug))
                .addSubcommand(new ReportCommand(engine))
                .addSubcommand(new CommandLine(new PipelineCommand(engine, root.debug))
                        .addSubcommand(new PipelineRollbackCommand(engine))
                        .addSubcommand(new PipelineStatusCommand(engine)))
                .addSubcommand(new ImportCommand(engine, root.debug))
                .addSubcommand(new ExportCommand(engine, root.debug))
                .addSubcommand(new CommandLine(new DataCommand())
                        .addSubcommand(new DataFetchCommand(output))
                        .addSubcommand(new DataDaysCommand(output))
                        .addSubcommand(new DataDrawCommand(output)));
        commandLine
                .setOut(output)
                .setErr(errors)
                .setUsageHelpWidth(100)
                .setUsageHelpAutoWidth(false)
                .setPosixClusteredShortOptionsAllowed(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(LockstepCommand::explain)
                .setExecutionExceptionHandler((failure, where, parsed) -> root.report(failure, errors));
        describe(commandLine);
        return commandLine;
    }

    @Override
    public void run() {
        CommandLine commandLine = Objects.requireNonNull(command).commandLine();
        throw new ParameterException(
                commandLine,
                "expected a command: train, submit, evaluate, predict, inspect, ledger, verify, plan, doctor, report,"
                        + " pipeline, import, export or data");
    }

    private int report(Throwable failure, PrintWriter errors) {
        FailureReport report = FailureReport.of(failure, debug.given());
        errors.println(report.text());
        errors.flush();
        return report.exitCode();
    }

    /** Standard help options and the exit codes, alike for every command. */
    private static void describe(CommandLine commandLine) {
        CommandSpec specification = commandLine.getCommandSpec();
        specification.mixinStandardHelpOptions(true);
        specification.exitCodeOnInvalidInput(ExitCode.USAGE.number());
        specification.exitCodeOnExecutionException(FailureReport.UNFORESEEN);
        specification.usageMessage().exitCodeListHeading("%nExit codes:%n").exitCodeList(exitCodes(specification));
        commandLine.getSubcommands().values().forEach(LockstepCommand::describe);
    }

    private static Map<String, String> exitCodes(CommandSpec specification) {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("0", "completed");
        codes.put("1", "a fault of Lockstep itself");
        codes.put("2", "usage or job file");
        codes.put("3", "data");
        codes.put("4", "model or checkpoint");
        codes.put("5", "cluster, network or storage");
        codes.put("6", "diverged");
        codes.put("7", "stopped; the same command resumes");
        if (specification.userObject() instanceof PipelineCommand) {
            codes.putAll(PipelineCommand.exitCodes());
        }
        return codes;
    }

    private static int explain(ParameterException failure, String[] arguments) {
        CommandLine where = failure.getCommandLine();
        PrintWriter errors = where.getErr();
        errors.println("lockstep: " + failure.getMessage());
        UnmatchedArgumentException.printSuggestions(failure, errors);
        errors.println("See '" + where.getCommandSpec().qualifiedName() + " --help'.");
        errors.flush();
        return ExitCode.USAGE.number();
    }
}
