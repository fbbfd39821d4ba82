package dev.lockstep.core.ledger;

import java.util.ArrayList;
import java.util.List;

/** Collects what speaks against a ledger: the first of them in full, the rest as a number. */
final class Offences {
    private static final int MOST_SHOWN = 20;

    private final List<String> shown = new ArrayList<>();
    private int count;
    private long firstMissing = -1;
    private long lastMissing;

    void add(String sentence) {
        endOfMissing();
        note(sentence);
    }

    /** Steps that are missing in a row are one offence. */
    void missingStep(long step) {
        if (firstMissing >= 0 && step == lastMissing + 1) {
            lastMissing = step;
            return;
        }
        endOfMissing();
        firstMissing = step;
        lastMissing = step;
    }

    private void endOfMissing() {
        if (firstMissing >= 0) {
            LedgerReport.StepRange range = new LedgerReport.StepRange(firstMissing, lastMissing);
            firstMissing = -1;
            note(range + (range.from() == range.to() ? " is" : " are") + " missing: nobody has noted samples for "
                    + (range.from() == range.to() ? "it" : "them"));
        }
    }

    private void note(String sentence) {
        count++;
        if (shown.size() < MOST_SHOWN) {
            shown.add(sentence);
        }
    }

    List<String> shown() {
        endOfMissing();
        return shown;
    }

    int count() {
        endOfMissing();
        return count;
    }
}
