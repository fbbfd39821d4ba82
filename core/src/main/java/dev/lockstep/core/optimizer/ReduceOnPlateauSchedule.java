package dev.lockstep.core.optimizer;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Meaning;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;
import org.jspecify.annotations.Nullable;

/**
 * See {@link Named}. Memory: whether there has been an epoch, the best loss, epochs since then, epochs of the cool-down
 * still to come, reductions. The best loss is a float there and therefore everywhere.
 *
 * @param monitor which loss
 * @param factor what the rate is multiplied with
 * @param patience epochs without an improvement before it is
 * @param minDelta what counts as an improvement
 * @param cooldown epochs after a reduction that do not count
 * @param minLr the least rate
 */
@Named(
        value = "reduce_on_plateau",
        doc = "The optimizer's learning_rate * factor^n, but not below min_lr: n goes up after patience epochs in which"
                + " the loss did not fall below its best by more than min_delta. As Keras's ReduceLROnPlateau.")
public record ReduceOnPlateauSchedule(
        @Setting(value = "The loss that is looked at after every epoch.", byDefault = "val_loss") Monitor monitor,
        @Setting(value = "What the learning rate is multiplied with.", byDefault = "0.1") double factor,
        @Setting(value = "Epochs without an improvement before that.", byDefault = "10") int patience,
        @Setting(value = "By how much the loss has to be below its best to be an improvement.", byDefault = "0.0001")
                double minDelta,
        @Setting(value = "Epochs after a reduction that do not count.", byDefault = "0") int cooldown,
        @Setting(value = "The learning rate does not go below this.", byDefault = "0") double minLr)
        implements LearningRateSchedule {
    private static final int SEEN = 0;
    private static final int BEST = 1;
    private static final int WAITED = 2;
    private static final int COOLING = 3;
    private static final int REDUCTIONS = 4;
    private static final int MEMORY_LENGTH = 5;

    /** Which loss decides. */
    public enum Monitor {
        /** Of the validation samples. */
        @Meaning("the loss of the validation samples, which there must be")
        VAL_LOSS,
        /** Of the training samples. */
        @Meaning("the mean training loss of the epoch, penalties included")
        LOSS
    }

    public ReduceOnPlateauSchedule {
        new Checks()
                .that("factor", factor > 0 && factor < 1, "a number above 0 and below 1", factor)
                .positive("patience", patience)
                .notNegative("min_delta", minDelta)
                .that("cooldown", cooldown >= 0, "a whole number not below 0", cooldown)
                .notNegative("min_lr", minLr)
                .done();
    }

    @Override
    public double rate(double learningRate, long stepsDone, float[] memory) {
        double reduced = learningRate * StrictMath.pow(factor, memory[REDUCTIONS]);
        return Math.max(reduced, Math.min(learningRate, minLr));
    }

    @Override
    public int memoryLength() {
        return MEMORY_LENGTH;
    }

    @Override
    public boolean needsValidation() {
        return monitor == Monitor.VAL_LOSS;
    }

    @Override
    public void epochEnded(double loss, @Nullable Double validationLoss, float[] memory) {
        Double current = monitor == Monitor.VAL_LOSS ? validationLoss : Double.valueOf(loss);
        if (current == null) {
            return;
        }
        if (memory[COOLING] > 0) {
            memory[COOLING]--;
            memory[WAITED] = 0;
        }
        if (memory[SEEN] == 0 || current < memory[BEST] - minDelta) {
            memory[SEEN] = 1;
            memory[BEST] = current.floatValue();
            memory[WAITED] = 0;
        } else if (memory[COOLING] == 0) {
            memory[WAITED]++;
            if (memory[WAITED] >= patience) {
                memory[REDUCTIONS]++;
                memory[COOLING] = cooldown;
                memory[WAITED] = 0;
            }
        }
    }
}
