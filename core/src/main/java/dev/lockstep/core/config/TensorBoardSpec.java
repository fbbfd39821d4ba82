package dev.lockstep.core.config;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;

/**
 * What a run leaves for TensorBoard.
 *
 * @param enabled whether event files are written
 * @param histogramFreq epochs from one look at the layers to the next; 0 for none
 */
public record TensorBoardSpec(
        @Setting(
                        value =
                                "Whether TensorBoard event files are written into tensorboard/ of the run directory, for"
                                        + " `tensorboard --logdir RUN/tensorboard`: the figures of every epoch, the confusion"
                                        + " matrix of the test and the job. Costs the steps nothing.",
                        byDefault = "true")
                boolean enabled,
        @Setting(
                        value = "Every so many epochs the distributions of each layer's weights, gradients (the mean"
                                + " gradient of the epoch's last step, as the optimizer gets it) and activations (of"
                                + " the first 256 validation samples, or training samples where there are none) go to"
                                + " metrics.jsonl and to TensorBoard, as with Keras's TensorBoard(histogram_freq=...);"
                                + " 0 for never, which costs nothing.",
                        byDefault = "0")
                int histogramFreq) {
    public TensorBoardSpec {
        new Checks().notNegative("histogram_freq", histogramFreq).done();
    }

    /**
     * Whether the layers are looked at after an epoch.
     *
     * @param epoch from 1
     */
    public boolean looksAtLayersAfter(int epoch) {
        return histogramFreq > 0 && epoch % histogramFreq == 0;
    }
}
