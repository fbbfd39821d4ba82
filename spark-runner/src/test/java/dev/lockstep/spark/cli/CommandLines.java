package dev.lockstep.spark.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The command line without what is behind it: arguments are parsed, nothing is run. */
public final class CommandLines {
    /** Making it takes longer than parsing with it, which begins anew each time. */
    private static final CommandLine ALL = all();

    private CommandLines() {}

    private static CommandLine all() {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        return LockstepCommand.commandLine(RecordingCommands::new, nowhere, nowhere);
    }

    /** The names of all commands. */
    public static Set<String> names() {
        return ALL.getSubcommands().keySet();
    }

    /**
     * Parses arguments.
     *
     * @return what a person would be told; empty where they are right
     */
    public static String objection(List<String> arguments) {
        try {
            ALL.parseArgs(arguments.toArray(new String[0]));
            return "";
        } catch (ParameterException wrong) {
            return String.valueOf(wrong.getMessage());
        }
    }

    /**
     * Looks for command and options of a synopsis.
     *
     * @return what there is not; empty where all is there
     */
    public static String unknown(List<String> synopsis) {
        CommandLine command = ALL;
        for (String word : synopsis) {
            if (word.startsWith("-")) {
                String option = word.replaceFirst("=.*", "");
                if (command.getCommandSpec().findOption(option) == null) {
                    return command.getCommandSpec().qualifiedName() + " has no option " + option;
                }
            } else if (command.getSubcommands().containsKey(word)) {
                command = command.getSubcommands().get(word);
            } else if (!command.getSubcommands().isEmpty()
                    && command.getCommandSpec().positionalParameters().isEmpty()) {
                return command.getCommandSpec().qualifiedName() + " has no command " + word;
            }
        }
        return "";
    }

    /** What {@code --help} says of the exit codes. */
    public static Map<Integer, String> exitCodes() {
        Map<Integer, String> codes = new LinkedHashMap<>();
        ALL.getCommandSpec()
                .usageMessage()
                .exitCodeList()
                .forEach((code, meaning) -> codes.put(Integer.valueOf(code), meaning));
        return codes;
    }
}
