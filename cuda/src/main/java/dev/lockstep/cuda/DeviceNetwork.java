package dev.lockstep.cuda;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.model.StepContext;
import java.util.List;

/**
 * The kernels of a network for one batch size, in the order in which they run.
 *
 * @param draws what has to be drawn on the processor before a forward pass in training
 * @param training forward, as in training: dropout drops
 * @param inference forward, as in use
 * @param backward from the gradient at the outputs to those of the parameters
 * @param outputs copies the outputs to the heap
 * @param outputGradient copies the loss's gradient at the outputs to the device
 */
record DeviceNetwork(
        List<Draw> draws,
        List<Kernel> training,
        List<Kernel> inference,
        List<Kernel> backward,
        DeviceOperations.Transfer outputs,
        DeviceOperations.Transfer outputGradient) {
    /** Random numbers of a step, drawn by the processor and sent to the device. */
    @FunctionalInterface
    interface Draw {
        void send(MiniBatch batch, StepContext context);
    }

    /** Starts the forward pass of a training step. */
    void forward(MiniBatch batch, StepContext context) {
        draws.forEach(draw -> draw.send(batch, context));
        training.forEach(Kernel::run);
    }

    /** Starts the forward pass as in use. */
    void infer() {
        inference.forEach(Kernel::run);
    }

    /** Starts the backward pass, once the gradient at the outputs is there. */
    void differentiate() {
        backward.forEach(Kernel::run);
    }
}
