package dev.lockstep.spark.docs;

import dev.lockstep.spark.cli.CommandLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Every command that a page shows is one that the command line takes: it is parsed, not run. Of a synopsis, with its
 * brackets and ellipses, command and options are looked for. Keys that {@code --set} sets exist, and so do the examples
 * that are named, and the other scripts with their options.
 */
final class CommandCheck implements PageCheck {
    private static final String PROGRAM = "(\\S*/)?(scripts/)?lockstep";
    private static final Pattern SYNOPSIS = Pattern.compile("(^|\\s)\\[|\\.\\.\\.");
    private static final Pattern OTHER_SCRIPT = Pattern.compile("(?:\\./)?scripts/([a-z-]+)");

    private final Path root;
    private final Sources sources;

    CommandCheck(Path root, Sources sources) {
        this.root = root;
        this.sources = sources;
    }

    @Override
    public List<String> findings(Page page) {
        List<String> findings = new ArrayList<>();
        for (Page.Block block : page.blocks()) {
            if (block.info().isEmpty() || block.info().matches("bash|sh|shell|console")) {
                commands(page, block.line(), block.text(), findings);
            }
        }
        for (Page.Passage code : page.codes()) {
            mention(page.at(code.line(), ""), code.text(), findings);
        }
        return findings;
    }

    /** A sentence may leave out what a command needs. */
    private void mention(String where, String code, List<String> findings) {
        List<String> words = ShellWords.of(code);
        boolean ours = code.startsWith("scripts/lockstep ")
                || code.startsWith("lockstep ") && CommandLines.names().contains(words.get(1));
        if (ours) {
            List<String> arguments = words.subList(1, words.size());
            add(where, CommandLines.unknown(unbracketed(arguments)), code, findings);
            keysAndExamples(where, arguments, findings);
        } else if (code.matches("scripts/[a-z-]+( .*)?")) {
            command(where, code, findings);
        }
    }

    private static void add(String where, String objection, String command, List<String> findings) {
        if (!objection.isEmpty()) {
            findings.add(where + objection.strip() + " in: " + command.strip());
        }
    }

    private void commands(Page page, int first, String text, List<String> findings) {
        StringBuilder whole = new StringBuilder();
        int line = first;
        for (String part : text.lines().toList()) {
            boolean goesOn = part.endsWith("\\");
            whole.append(goesOn ? part.substring(0, part.length() - 1) : part).append(' ');
            if (!goesOn) {
                for (String command : whole.toString().split(" && | \\|\\| | \\| |; ", -1)) {
                    command(page.at(line, ""), command, findings);
                }
                whole.setLength(0);
            }
            line++;
        }
    }

    private void command(String where, String command, List<String> findings) {
        List<String> words = ShellWords.of(command);
        Optional<List<String>> ours = afterTheProgram(words);
        if (ours.isPresent()) {
            boolean synopsis = SYNOPSIS.matcher(command).find();
            List<String> arguments = ours.get();
            String objection =
                    synopsis ? CommandLines.unknown(unbracketed(arguments)) : CommandLines.objection(arguments);
            add(where, objection, command, findings);
            keysAndExamples(where, arguments, findings);
        } else if (!words.isEmpty() && OTHER_SCRIPT.matcher(words.get(0)).matches()) {
            otherScript(where, words, findings);
        }
    }

    /** What follows {@code scripts/lockstep}, or the assembly that spark-submit is given. */
    private static Optional<List<String>> afterTheProgram(List<String> words) {
        if (words.isEmpty()) {
            return Optional.empty();
        }
        int program = 0;
        if (words.get(0).endsWith("spark-submit")) {
            program = words.indexOf(words.stream()
                    .filter(word -> word.endsWith("lockstep-assembly.jar"))
                    .findFirst()
                    .orElse(""));
            if (program < 0) {
                return Optional.empty();
            }
        } else if (!words.get(0).matches(PROGRAM)) {
            return Optional.empty();
        }
        return Optional.of(words.subList(program + 1, words.size()));
    }

    private static List<String> unbracketed(List<String> arguments) {
        return arguments.stream()
                .map(argument -> argument.replaceAll("^\\[+|]?(\\.\\.\\.)?$", ""))
                .filter(argument -> !argument.isEmpty())
                .toList();
    }

    private void keysAndExamples(String where, List<String> arguments, List<String> findings) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i).replaceAll("^\\[+", "");
            if (argument.equals("--set") && i + 1 < arguments.size()) {
                String key = arguments.get(i + 1).replaceFirst("=.*", "");
                if (!key.equals("k") && !key.equals("KEY") && !JobKeys.exists(key)) {
                    findings.add(where + "--set " + key + " sets no key of the job file");
                }
            }
            if (argument.startsWith("examples/") && !hasExample(argument)) {
                findings.add(where + "there is no " + argument);
            }
        }
    }

    private boolean hasExample(String pattern) {
        Path folder = root.resolve(pattern.substring(0, pattern.lastIndexOf('/')));
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(folder, pattern.substring(pattern.lastIndexOf('/') + 1))) {
            return files.iterator().hasNext();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void otherScript(String where, List<String> words, List<String> findings) {
        String name = words.get(0).replaceFirst(".*/", "");
        if (!sources.scriptNames().contains(name)) {
            findings.add(where + "there is no script " + name);
            return;
        }
        for (String word : words.subList(1, words.size())) {
            String option = word.replaceAll("^\\[+|[=\\]].*", "");
            if (option.startsWith("--") && !sources.mentions(option)) {
                findings.add(where + "scripts/" + name + " has no option " + option);
            }
        }
    }
}
