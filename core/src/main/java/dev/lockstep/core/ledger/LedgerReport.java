package dev.lockstep.core.ledger;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * What a ledger proves.
 *
 * @param proven whether every training sample was used exactly once in every finished epoch, but for {@code leftOut}
 * @param epochs that are finished
 * @param steps that were looked at: all that are known to be completed
 * @param ended whether the training was ended, not killed; if it was killed its last step is not looked at
 * @param samples training samples
 * @param generations that the run had
 * @param notCounted notes of steps that were not completed, or were taken again by a later generation
 * @param leftOut steps whose samples had no lasting effect because the training diverged
 * @param offences the first of them, as sentences
 * @param offenceCount how many there are
 */
public record LedgerReport(
        boolean proven,
        int epochs,
        long steps,
        boolean ended,
        int samples,
        int generations,
        long notCounted,
        List<StepRange> leftOut,
        List<String> offences,
        int offenceCount) {
    /**
     * Steps in a row.
     *
     * @param from the first
     * @param to the last
     */
    public record StepRange(long from, long to) {
        @Override
        public String toString() {
            return from == to ? "step " + from : "steps " + from + " to " + to;
        }
    }

    public LedgerReport {
        leftOut = List.copyOf(leftOut);
        offences = List.copyOf(offences);
    }

    /** For people, with line ends. */
    public String text() {
        StringJoiner lines = new StringJoiner("\n", "", "\n");
        lines.add(String.format(
                Locale.ROOT,
                "%,d steps, %d finished epochs of %,d samples, %d %s",
                steps,
                epochs,
                samples,
                generations,
                generations == 1 ? "generation of workers" : "generations of workers"));
        if (proven) {
            lines.add("Proven: every sample was used exactly once in every finished epoch"
                    + (leftOut.isEmpty() ? "" : ", but for those left out below") + "; no step is missing or double");
        } else {
            lines.add("NOT proven: " + (offenceCount == 1 ? "1 offence" : offenceCount + " offences"));
            offences.forEach(offence -> lines.add("  " + offence));
            if (offenceCount > offences.size()) {
                lines.add("  and " + (offenceCount - offences.size()) + " more");
            }
        }
        leftOut.forEach(range -> lines.add("Left out by training.on_divergence: " + range));
        if (notCounted > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%,d notes of steps that were not completed, or taken again, do not count",
                    notCounted));
        }
        if (!ended) {
            lines.add("The run was not ended: what comes after step " + steps + " is not looked at");
        }
        return lines.toString();
    }

    /** For programs. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("proven", proven);
        json.put("epochs", epochs);
        json.put("steps", steps);
        json.put("ended", ended);
        json.put("samples", samples);
        json.put("generations", generations);
        json.put("not_counted", notCounted);
        ArrayNode ranges = json.putArray("left_out");
        leftOut.forEach(
                range -> ranges.addObject().put("from_step", range.from()).put("to_step", range.to()));
        ArrayNode sentences = json.putArray("offences");
        offences.forEach(sentences::add);
        json.put("offence_count", offenceCount);
        return json;
    }
}
