package dev.lockstep.core.config;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;
import org.jspecify.annotations.Nullable;

/**
 * What a run should reach.
 *
 * @param figure of result.json
 * @param atLeast its smallest value; null for any
 * @param atMost its largest value; null for any
 */
public record ExpectedSpec(
        @Setting(
                        value = "The figure that counts, as result.json has it: train, validation or test, a dot, and"
                                + " loss or a metric.",
                        byDefault = "test.accuracy")
                String figure,
        @Setting(value = "What it should be at least; by default no matter.", optional = true) @Nullable Double atLeast,
        @Setting(value = "What it should be at most; by default no matter.", optional = true) @Nullable Double atMost) {
    public ExpectedSpec {
        new Checks()
                .that(
                        "figure",
                        figure.matches("(train|validation|test)\\.[a-z][a-z0-9_]*"),
                        "train, validation or test, a dot, and loss or a metric, such as test.accuracy",
                        figure)
                .that("at_least", atLeast != null || atMost != null, "at_least, at_most or both", "none")
                .that(
                        "at_most",
                        atLeast == null || atMost == null || atLeast <= atMost,
                        "a number not below at_least",
                        atMost == null ? "none" : atMost)
                .done();
    }

    /** Whether a value is what it should be. */
    public boolean isMetBy(double value) {
        return (atLeast == null || value >= atLeast) && (atMost == null || value <= atMost);
    }
}
