package dev.lockstep.core.model.compiled;

import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.ParameterBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network being compiled for one batch size, layer by layer from the input on. A layer reads {@link #input}, writes
 * {@link #output}, and adds its kernels; forward kernels run in the order in which they were added, and in the backward
 * pass the layers come in reverse, the kernels of one layer in the order in which they were added.
 */
final class Compilation {
    /** Takes gradients off the kernels' hands. */
    interface GradientSink {
        /**
         * The gradients of one layer are complete, and so are those of all layers behind it.
         *
         * @param gradients of the layer's parameters
         * @param from where they begin in the flat vector
         */
        void complete(NativeFloats gradients, int from);
    }

    /** What is the same for every batch size. */
    record Environment(
            OneDnn oneDnn,
            NetworkMemory memory,
            NativeFloats parameters,
            NativeFloats gradient,
            StepInputs step,
            GradientSink sink) {}

    private final Environment environment;
    private final int rows;
    private final List<Kernel> training = new ArrayList<>();
    private final List<Kernel> inference = new ArrayList<>();
    private final List<List<Kernel>> backward = new ArrayList<>();
    private final List<NativeFloats> layerOutputs = new ArrayList<>();
    private @Nullable PlannedLayer previous;
    private PlannedLayer layer;
    private NativeFloats input;
    private @Nullable NativeFloats inputGradient;
    private NativeFloats output;
    private NativeFloats outputGradient;
    private boolean hasTrained;
    private boolean activationIsDifferentiated;

    Compilation(Environment environment, int rows, PlannedLayer first) {
        this.environment = environment;
        this.rows = rows;
        this.layer = first;
        this.input = environment.memory().rows("input", first.input().size());
        this.output = input;
        this.outputGradient = environment.memory().values("no gradient", 0);
    }

    /**
     * Goes on to the next layer: what was the output is its input.
     *
     * @param differentiatedBehind whether what comes behind the layer, the loss or another layer, gives the gradient before
     *     the layer's activation
     */
    void begin(PlannedLayer next, boolean differentiatedBehind) {
        boolean isFirst = backward.isEmpty();
        completeGradients();
        previous = isFirst ? null : layer;
        layer = next;
        if (!isFirst) {
            input = output;
            layerOutputs.add(output);
        }
        // Nothing upstream of the first trained layer needs a gradient.
        inputGradient = hasTrained ? outputGradient : null;
        output =
                environment.memory().rows(next.name() + " values", next.output().size());
        outputGradient = environment
                .memory()
                .rows(next.name() + " gradient", next.output().size());
        activationIsDifferentiated = differentiatedBehind;
        backward.add(new ArrayList<>());
        hasTrained |= next.isTrained();
    }

    /** Behind the backward kernels of the layer that is done. */
    private void completeGradients() {
        if (!backward.isEmpty() && layer.isTrained() && rows > 0) {
            int from = layer.blocks().get(0).offset();
            int to = layer.blocks().get(layer.blocks().size() - 1).end();
            NativeFloats gradients = environment.gradient().slice(from, to - from);
            backward(() -> environment.sink().complete(gradients, from));
        }
    }

    /** The layer changes nothing: its output is its input. */
    void passThrough() {
        output = input;
        shareGradient();
    }

    /**
     * The gradient at the layer's output lies where the one at its input belongs, for a layer that makes the one of the
     * other in place.
     */
    void shareGradient() {
        if (inputGradient != null) {
            outputGradient = inputGradient;
        }
    }

    /** The layer before this one; null for the first. */
    @Nullable
    PlannedLayer previous() {
        return previous;
    }

    OneDnn oneDnn() {
        return environment.oneDnn();
    }

    StepInputs step() {
        return environment.step();
    }

    /** Samples in a batch. */
    int rows() {
        return rows;
    }

    /** What comes in: [rows, values of the layer's input shape]. */
    NativeFloats input() {
        return input;
    }

    /** Where the gradient at the input belongs; null where nobody needs it. */
    @Nullable
    NativeFloats inputGradient() {
        return inputGradient;
    }

    /** What goes out: [rows, values of the layer's output shape]. */
    NativeFloats output() {
        return output;
    }

    /** The gradient at the output; a kernel may overwrite it. */
    NativeFloats outputGradient() {
        return outputGradient;
    }

    /** Whether the gradient at the output is already the one before the layer's activation. */
    boolean activationIsDifferentiated() {
        return activationIsDifferentiated;
    }

    /** A further buffer of this layer. */
    NativeFloats buffer(String purpose, int valuesPerRow) {
        return environment.memory().rows(layer.name() + " " + purpose, valuesPerRow);
    }

    /** Whether anything is to be computed backward in this layer. */
    boolean runsBackward() {
        return layer.isTrained() || inputGradient != null;
    }

    /** So many ones, for sums over rows. */
    NativeFloats ones() {
        NativeFloats ones = environment.memory().rows("ones", 1);
        float[] values = new float[ones.length()];
        Arrays.fill(values, 1);
        ones.write(values, values.length);
        return ones;
    }

    /** One of the layer's parameters in the flat vector. */
    NativeFloats parameter(String name) {
        ParameterBlock block = block(name);
        return environment.parameters().slice(block.offset(), block.length());
    }

    /** The gradient of one of the layer's parameters in the flat vector. */
    NativeFloats gradient(String name) {
        ParameterBlock block = block(name);
        return environment.gradient().slice(block.offset(), block.length());
    }

    private ParameterBlock block(String name) {
        return layer.blocks().stream()
                .filter(block -> block.spec().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("layer " + layer.name() + " has no " + name));
    }

    /** Adds a kernel that runs forward, in training and in inference. */
    void forward(Kernel kernel) {
        forward(kernel, kernel);
    }

    /** Adds a kernel for each of the two. */
    void forward(Kernel inTraining, Kernel inInference) {
        training.add(inTraining);
        inference.add(inInference);
    }

    /** Adds a kernel that runs forward in training alone. */
    void inTraining(Kernel kernel) {
        training.add(kernel);
    }

    /** Adds a kernel that runs backward. */
    void backward(Kernel kernel) {
        backward.get(backward.size() - 1).add(kernel);
    }

    /** The finished network. */
    CompiledNetwork finish() {
        completeGradients();
        layerOutputs.add(output);
        List<Kernel> reversed = new ArrayList<>();
        for (int i = backward.size() - 1; i >= 0; i--) {
            reversed.addAll(backward.get(i));
        }
        return new CompiledNetwork(layerOutputs, outputGradient, training, inference, reversed);
    }
}
