package dev.lockstep.core.model.layer;

import dev.lockstep.core.schema.Meaning;

/** What a window does at the border of an image; Keras's names and arithmetic. */
public enum Padding {
    /** Windows lie inside the image. */
    @Meaning("windows lie inside the image: outputs = floor((inputs - window) / stride) + 1")
    VALID,
    /** As many outputs as one window for every stride of the input. */
    @Meaning("outputs = ceil(inputs / stride); the (outputs - 1) * stride + window - inputs cells that are missing lie"
            + " around the image, the smaller half before it")
    SAME
}
