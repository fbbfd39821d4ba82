package dev.lockstep.core.train;

import dev.lockstep.core.data.SampleSource;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a run, as every worker sees them.
 *
 * @param samples that training and validation are split from
 * @param trainIndices the training samples
 * @param validationIndices the validation samples; empty for none
 * @param test the test samples, or null for none
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record TrainingData(
        SampleSource samples, int[] trainIndices, int[] validationIndices, @Nullable SampleSource test)
        implements AutoCloseable {
    @Override
    public void close() {
        samples.close();
        if (test != null) {
            test.close();
        }
    }
}
