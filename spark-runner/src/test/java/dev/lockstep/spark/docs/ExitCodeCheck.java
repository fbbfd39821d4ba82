package dev.lockstep.spark.docs;

import dev.lockstep.core.error.ExitCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Tables of exit codes have the codes that there are: all of them, or, where a command has fewer, some. What a table says
 * of a code begins with the word by which {@code --help} explains it.
 */
final class ExitCodeCheck implements PageCheck {
    private static final Pattern HEAD = Pattern.compile("\\| *(?:Exit code|Code) *\\|.*");
    private static final Pattern ROW = Pattern.compile("\\| *(\\d+(?:, \\d+)*) *\\| *([^|]*?) *\\|.*");
    private static final Pattern MENTION = Pattern.compile("exit(?:s with)? codes? (\\d+)(?:(?:, | or | and )(\\d+))?");

    /** A table with more of the codes than this is meant to have all. */
    private static final int SOME = 5;

    /** Of a fault of Lockstep itself, which is no {@link ExitCode}. */
    private static final int UNFORESEEN = 1;

    /** How processes end that others end, and Spark's own for a full heap. */
    private static final Set<Integer> OF_OTHERS = Set.of(50, 52, 130, 134, 137, 139, 143);

    private final Map<Integer, String> words;

    /** @param words the first word of what {@code --help} says of each code */
    ExitCodeCheck(Map<Integer, String> words) {
        this.words = words;
    }

    private static Set<Integer> all() {
        Set<Integer> all =
                Arrays.stream(ExitCode.values()).map(ExitCode::number).collect(Collectors.toCollection(TreeSet::new));
        all.add(UNFORESEEN);
        return all;
    }

    @Override
    public List<String> findings(Page page) {
        List<String> findings = new ArrayList<>();
        List<String> lines = page.lines();
        for (int i = 0; i < lines.size(); i++) {
            if (HEAD.matcher(lines.get(i)).matches()) {
                table(page, i, findings);
            }
            Matcher mention = MENTION.matcher(lines.get(i));
            while (mention.find()) {
                for (int group = 1; group <= mention.groupCount(); group++) {
                    String code = mention.group(group);
                    if (code != null
                            && !all().contains(Integer.valueOf(code))
                            && !OF_OTHERS.contains(Integer.valueOf(code))) {
                        findings.add(page.at(i + 1, "there is no exit code " + code));
                    }
                }
            }
        }
        return findings;
    }

    private void table(Page page, int head, List<String> findings) {
        Map<Integer, String> rows = new TreeMap<>();
        for (int i = head + 2; i < page.lines().size(); i++) {
            Matcher row = ROW.matcher(page.lines().get(i));
            if (!row.matches()) {
                break;
            }
            for (String code : row.group(1).split(", ", -1)) {
                rows.put(Integer.valueOf(code), row.group(2));
            }
        }
        Set<Integer> unknown = new TreeSet<>(rows.keySet());
        unknown.removeAll(all());
        if (!unknown.isEmpty()) {
            findings.add(page.at(head + 1, "there are no exit codes " + unknown));
        }
        if (rows.size() <= SOME) {
            return;
        }
        Set<Integer> missing = new TreeSet<>(words.keySet());
        missing.removeAll(rows.keySet());
        if (!missing.isEmpty()) {
            findings.add(page.at(head + 1, "the exit codes " + missing + " are missing"));
        }
        if (!rows.keySet().equals(words.keySet())) {
            return; // a command with ends of its own tells them in its own words
        }
        rows.forEach((code, meaning) -> {
            String word = words.getOrDefault(code, "");
            if (!meaning.startsWith(word)) {
                findings.add(page.at(
                        head + 1, "exit code " + code + " is \"" + word + " ...\" in --help, here: " + meaning));
            }
        });
    }
}
