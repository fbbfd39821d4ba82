package dev.lockstep.spark.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of the keys of {@code result.json} has those that are written, and no others. */
final class ResultKeyCheck implements PageCheck {
    private static final String PAGE = "docs/run-directory.md";
    private static final String SECTION = "## `result.json`";
    private static final Pattern WRITTEN =
            Pattern.compile("(?:(?:json|result)\\.(?:put|putNull|putObject|set)|putOrNull)\\(\"(\\w+)\"");
    private static final Pattern KEY = Pattern.compile("`(\\w+)`");

    private final Sources sources;

    ResultKeyCheck(Sources sources) {
        this.sources = sources;
    }

    @Override
    public List<String> findings(Page page) {
        List<String> findings = new ArrayList<>();
        int section = page.lines().indexOf(SECTION);
        if (!page.name().equals(PAGE) || section < 0) {
            return findings;
        }
        Set<String> told = new TreeSet<>();
        for (String line : page.lines().subList(section + 1, page.lines().size())) {
            if (line.startsWith("## ")) {
                break;
            }
            if (line.startsWith("| `")) {
                Matcher named = KEY.matcher(line.split("\\|", -1)[1]);
                while (named.find()) {
                    told.add(named.group(1));
                }
            }
        }
        Set<String> written = new TreeSet<>(Set.of("best", "expected")); // named by constants there
        for (String writer : List.of("RunResult", "Application")) {
            Matcher key = WRITTEN.matcher(sources.program(writer).orElse(""));
            while (key.find()) {
                written.add(key.group(1));
            }
        }
        Set<String> missing = new TreeSet<>(written);
        missing.removeAll(told);
        told.removeAll(written);
        if (!missing.isEmpty()) {
            findings.add(page.at(section + 1, "the table lacks " + missing));
        }
        if (!told.isEmpty()) {
            findings.add(page.at(section + 1, "nothing writes " + told));
        }
        return findings;
    }
}
