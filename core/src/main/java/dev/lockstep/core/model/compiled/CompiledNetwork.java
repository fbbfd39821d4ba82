package dev.lockstep.core.model.compiled;

import java.util.List;

/**
 * The kernels of a network for one batch size, in the order in which they run. A pass over a training batch stops before
 * each {@link Meeting} and begins again behind it.
 */
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

    /**
     * From the input buffer to {@link #outputs()}, as in training: dropout drops, normalisation takes the batch's.
     *
     * @param from the first kernel to run: 0, or the one behind the last meeting
     * @return where the next meeting is; -1 when the outputs are there
     */
    int forward(int from) {
        return run(training, from);
    }

    /** From the input buffer to {@link #outputs()}, as in use. */
    void infer() {
        run(inference, 0);
    }

    /** From {@link #outputGradient()} to the gradients of the parameters; the same as {@link #forward}. */
    int backward(int from) {
        return run(backward, from);
    }

    private static int run(Kernel[] kernels, int from) {
        for (int i = from; i < kernels.length; i++) {
            if (kernels[i] instanceof Meeting) {
                return i;
            }
            kernels[i].run();
        }
        return -1;
    }

    /** What the workers meet for where {@link #forward} stopped. */
    Meeting forwardMeeting(int at) {
        return (Meeting) training[at];
    }

    /** The same of {@link #backward}. */
    Meeting backwardMeeting(int at) {
        return (Meeting) backward[at];
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
