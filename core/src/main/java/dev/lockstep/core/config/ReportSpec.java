package dev.lockstep.core.config;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;

/**
 * What a run shows of its samples; everything else in a report is counts and sums.
 *
 * @param samples how many of the first samples, and how many of the worst mistakes
 */
public record ReportSpec(
        @Setting(
                        value = "How many of the first test samples, and how many of those with the largest loss, are"
                                + " kept with their predictions in metrics.jsonl and report.html; of the validation"
                                + " samples where there is no test data. 0 keeps none: no sample then leaves the"
                                + " workers. At most 24.",
                        byDefault = "16")
                int samples) {
    /** So that a worker tells of them in one message, even of pictures of 64 x 64 pixels in colour. */
    private static final int MOST_SAMPLES = 24;

    public ReportSpec {
        new Checks()
                .that("samples", samples >= 0 && samples <= MOST_SAMPLES, "0 to " + MOST_SAMPLES, samples)
                .done();
    }
}
