package dev.lockstep.core.oracle;

import java.util.List;

/** One layer of the reference trainer. Matrices are row by row, one row a sample. */
abstract class ReferenceLayer {
    /** Outputs for inputs. In training mode the layer remembers what {@link #backward} needs. */
    abstract double[] forward(double[] inputs, int size, boolean training, ReferenceTrainer.Mask mask);

    /**
     * Adds the gradient sums of the parameters.
     *
     * @param outputGradient of the loss sum with respect to the outputs; may be overwritten
     * @param inputNeeded false for the first layer
     * @return the gradient with respect to the inputs, or an empty array when it is not needed
     */
    abstract double[] backward(double[] outputGradient, int size, boolean inputNeeded);

    /** The parameters in the order of the engine's flat vector. */
    abstract List<ReferenceTensor> tensors();

    /** Moves running statistics to those of the batch last seen forward. */
    void updateStatistics() {}
}
