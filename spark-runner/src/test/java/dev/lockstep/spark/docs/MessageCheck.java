package dev.lockstep.spark.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every message that the page of troubles shows is one that a program or a script has: what stands between the
 * ellipses, which are for whatever differs from case to case, is looked for among the texts of the sources. Words of
 * others, such as Spark's, stand in sections that say so.
 */
final class MessageCheck implements PageCheck {
    private static final String PAGE = "troubleshooting.md";
    private static final String OF_OTHERS = "words of others";
    private static final int FEWEST_CHARACTERS = 14;

    private final Sources sources;

    MessageCheck(Sources sources) {
        this.sources = sources;
    }

    @Override
    public List<String> findings(Page page) {
        List<String> findings = new ArrayList<>();
        if (!page.name().endsWith(PAGE)) {
            return findings;
        }
        for (Page.Block block : page.blocks()) {
            if (!block.info().isEmpty() || block.section().contains(OF_OTHERS)) {
                continue;
            }
            List<String> lines = block.text().lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                String objection = lines.get(i).isBlank() ? "" : objection(lines.get(i));
                if (!objection.isEmpty()) {
                    findings.add(page.at(block.line() + i, objection));
                }
            }
        }
        return findings;
    }

    private String objection(String message) {
        List<String> fragments = Stream.of(
                        message.replaceFirst("^(lockstep|sandbox): ", "").split("…", -1))
                .map(String::strip)
                .filter(fragment -> !fragment.isEmpty())
                .toList();
        for (String fragment : fragments) {
            if (!sources.says(fragment)) {
                return "no program says \"" + fragment + "\"";
            }
        }
        int characters = fragments.stream().mapToInt(String::length).sum();
        return characters < FEWEST_CHARACTERS ? "too little of the message is left to be recognised: " + message : "";
    }
}
