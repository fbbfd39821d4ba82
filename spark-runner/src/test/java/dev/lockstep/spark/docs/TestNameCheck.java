package dev.lockstep.spark.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every test that a page names as a proof exists, and its method where it names one. */
final class TestNameCheck implements PageCheck {
    private static final Pattern NAME =
            Pattern.compile("([A-Z]\\w*(?:Test|IT|FuzzTarget|Contract|Faults|Benchmark))(?:\\.([a-z]\\w*))?");

    /** A further method of the class that was named last. */
    private static final Pattern METHOD = Pattern.compile("\\.([a-z]\\w{9,})");

    private final Sources sources;

    TestNameCheck(Sources sources) {
        this.sources = sources;
    }

    @Override
    public List<String> findings(Page page) {
        List<String> findings = new ArrayList<>();
        Optional<String> last = Optional.empty();
        for (Page.Passage code : page.codes()) {
            Matcher name = NAME.matcher(code.text());
            Matcher method = METHOD.matcher(code.text());
            if (name.matches()) {
                last = sources.test(name.group(1)).or(() -> sources.program(name.group(1)));
                if (last.isEmpty()) {
                    findings.add(page.at(code.line(), "there is no test " + name.group(1)));
                } else if (name.group(2) != null && !hasMethod(last.get(), name.group(2))) {
                    findings.add(page.at(code.line(), name.group(1) + " has no test " + name.group(2)));
                }
            } else if (method.matches() && last.isPresent() && !hasMethod(last.get(), method.group(1))) {
                findings.add(page.at(code.line(), "the test before has no " + method.group(1)));
            }
        }
        return findings;
    }

    private static boolean hasMethod(String text, String method) {
        return Pattern.compile("\\b" + method + "\\(").matcher(text).find();
    }
}
