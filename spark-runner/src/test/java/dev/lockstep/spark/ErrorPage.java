package dev.lockstep.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The cases of docs/errors.md. */
final class ErrorPage {
    /**
     * One case: a heading {@code ### 3a. What is wrong (exit code 3)} and the indented text below it.
     *
     * @param number such as 3a
     * @param title what is wrong
     * @param exitCode of the process
     * @param text that is shown
     */
    record Section(String number, String title, int exitCode, String text) {
        int kind() {
            return Integer.parseInt(number.replaceAll("[a-z]", ""));
        }

        @Override
        public String toString() {
            return number + ". " + title;
        }
    }

    private static final Pattern HEADING = Pattern.compile("### (\\d+[a-z]?)\\. (.*) \\(exit code (\\d)\\)");
    private static final String INDENT = "    ";

    private ErrorPage() {}

    static List<Section> sections() {
        Path page = Path.of(System.getProperty("lockstep.root"), "docs", "errors.md");
        List<Section> sections = new ArrayList<>();
        try {
            List<String> lines = Files.readAllLines(page);
            for (int i = 0; i < lines.size(); i++) {
                Matcher heading = HEADING.matcher(lines.get(i));
                if (heading.matches()) {
                    String text = String.join(
                            "\n",
                            lines.subList(i + 1, lines.size()).stream()
                                    .dropWhile(line -> !line.startsWith(INDENT))
                                    .takeWhile(line -> line.startsWith(INDENT))
                                    .map(line -> line.substring(INDENT.length()))
                                    .toList());
                    sections.add(
                            new Section(heading.group(1), heading.group(2), Integer.parseInt(heading.group(3)), text));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sections;
    }
}
