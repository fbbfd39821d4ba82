package dev.lockstep.spark.pipeline;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;
import org.jspecify.annotations.Nullable;

/**
 * What is called when a day is over.
 *
 * @param success shell command; null for none
 * @param failure shell command; null for none
 * @param timeoutSeconds after which a command is killed
 */
public record HooksSpec(
        @Setting(
                        value =
                                "Shell command (`/bin/sh -c`) that is run when a model was published. What it is told: see above.",
                        optional = true)
                @Nullable
                String success,
        @Setting(
                        value =
                                "Shell command that is run when a day ended in any other way, but for a stop on request.",
                        optional = true)
                @Nullable
                String failure,
        @Setting(value = "Seconds after which such a command is killed.", byDefault = "60") double timeoutSeconds) {
    public HooksSpec {
        new Checks()
                .that("success", success == null || !success.isBlank(), "a shell command", "\"\"")
                .that("failure", failure == null || !failure.isBlank(), "a shell command", "\"\"")
                .positive("timeout_seconds", timeoutSeconds)
                .done();
    }
}
