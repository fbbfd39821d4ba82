package dev.lockstep.core.model.compiled;

import java.util.List;

/** The kernels of a network for one batch size, in the order in which they run. */
final class CompiledNetwork {
    private final List<NativeFloats> layerOutputs;
    private final NativeFloats outputGradient;
    private final Kernel[] training;
    private final Kernel[] inference;
    private final Kernel[] backward;

    CompiledNetwork(
            List<NativeFloats> layerOutputs,
            NativeFloats outputGradient,
            List<Kernel> training,
            List<Kernel> inference,
            List<Kernel> backward) {
        this.layerOutputs = List.copyOf(layerOutputs);
        this.outputGradient = outputGradient;
        this.training = training.toArray(Kernel[]::new);
        this.inference = inference.toArray(Kernel[]::new);
        this.backward = backward.toArray(Kernel[]::new);
    }

    /** From the input buffer to {@link #outputs()}, as in training: dropout drops, normalisation takes the batch's. */
    void forward() {
        run(training);
    }

    /** From the input buffer to {@link #outputs()}, as in use. */
    void infer() {
        run(inference);
    }

    /** From {@link #outputGradient()} to the gradients of the parameters. */
    void backward() {
        run(backward);
    }

    private static void run(Kernel[] kernels) {
        for (Kernel kernel : kernels) {
            kernel.run();
        }
    }

    /** [rows, values of the output shape]. */
    NativeFloats outputs() {
        return layerOutput(layerOutputs.size() - 1);
    }

    /** What a layer passes on, [rows, values of its output shape]; a later layer leaves it as it is. */
    NativeFloats layerOutput(int layer) {
        return layerOutputs.get(layer);
    }

    /** The same of the loss's gradient, to be written between the two passes. */
    NativeFloats outputGradient() {
        return outputGradient;
    }
}
