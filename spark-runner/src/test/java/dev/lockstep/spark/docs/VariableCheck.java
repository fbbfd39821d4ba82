package dev.lockstep.spark.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every environment variable of Lockstep that a page names is one that a program or a script looks at. */
final class VariableCheck implements PageCheck {
    private static final Pattern VARIABLE = Pattern.compile("LOCKSTEP_[A-Z_]*[A-Z]");

    private final Sources sources;

    VariableCheck(Sources sources) {
        this.sources = sources;
    }

    @Override
    public List<String> findings(Page page) {
        List<String> findings = new ArrayList<>();
        List<String> lines = page.lines();
        for (int i = 0; i < lines.size(); i++) {
            Matcher variable = VARIABLE.matcher(lines.get(i));
            while (variable.find()) {
                if (!sources.mentions(variable.group())) {
                    findings.add(page.at(i + 1, "nothing looks at " + variable.group()));
                }
            }
        }
        return findings;
    }
}
