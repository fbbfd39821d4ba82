package dev.lockstep.core.model;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.ParameterSpec.Role;
import dev.lockstep.core.model.layer.ActivationLayer;
import dev.lockstep.core.model.layer.BatchNormalizationLayer;
import dev.lockstep.core.model.layer.DenseLayer;
import dev.lockstep.core.model.layer.LayerSpec;
import dev.lockstep.core.model.loss.LossGradient;
import dev.lockstep.core.model.loss.LossSpec;
import dev.lockstep.core.random.CounterRandom;
import dev.lockstep.core.schema.Named;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network with everything resolved: layer names, shapes, and the layout of the flat parameter vector that replicas,
 * optimizers, merges and checkpoints share.
 */
public final class NetworkPlan {
    /**
     * One layer with its shapes.
     *
     * @param name unique in the network
     * @param kind as in the job file
     * @param spec its settings
     * @param input shape of one input sample
     * @param output shape of one output sample
     * @param blocks its parameters
     * @param trainable false where it is frozen
     */
    public record PlannedLayer(
            String name,
            String kind,
            LayerSpec spec,
            Shape input,
            Shape output,
            List<ParameterBlock> blocks,
            boolean trainable) {
        /** Whether it has parameters and they are trained. */
        public boolean isTrained() {
            return trainable && !blocks.isEmpty();
        }
    }

    private final Shape inputShape;
    private final LossSpec loss;
    private final List<PlannedLayer> layers;
    private final List<ParameterBlock> blocks;
    private final List<ParameterBlock> frozenBlocks;
    private final int parameterCount;
    private final List<String> trainingObjections;

    private NetworkPlan(Shape inputShape, LossSpec loss, List<PlannedLayer> layers, int parameterCount) {
        this.inputShape = inputShape;
        this.loss = loss;
        this.layers = List.copyOf(layers);
        this.blocks = layers.stream().flatMap(layer -> layer.blocks().stream()).toList();
        this.frozenBlocks = blocks.stream()
                .filter(block -> block.spec().role() == Role.FROZEN)
                .toList();
        this.parameterCount = parameterCount;
        this.trainingObjections = trainingObjections(layers, loss);
    }

    private static List<String> trainingObjections(List<PlannedLayer> layers, LossSpec loss) {
        List<String> objections = new ArrayList<>();
        for (PlannedLayer layer : layers) {
            boolean isLast = layer == layers.get(layers.size() - 1);
            String objection = LossGradient.objection(loss, layer.spec().activation(), isLast);
            if (objection != null) {
                objections.add("layer \"" + layer.name() + "\" (" + layer.kind() + "): " + objection);
            }
        }
        if (layers.stream().noneMatch(PlannedLayer::isTrained)
                && layers.stream().anyMatch(layer -> !layer.trainable())) {
            objections.add("model.frozen leaves no layer with parameters to train");
        }
        return List.copyOf(objections);
    }

    /**
     * Resolves a network for an input.
     *
     * @throws IllegalArgumentException naming the layer that does not fit, and why
     */
    public static NetworkPlan of(ModelSpec model, Shape inputShape, LossSpec loss) {
        List<PlannedLayer> layers = new ArrayList<>();
        List<String> layerNames = model.layerNames();
        Set<String> names = new HashSet<>();
        Shape shape = inputShape;
        ShapeLimits.requireSample("a sample", inputShape);
        long offset = 0;
        for (int i = 0; i < layerNames.size(); i++) {
            LayerSpec spec = model.layers().get(i);
            String name = layerNames.get(i);
            if (!names.add(name)) {
                throw new IllegalArgumentException("two layers are named \"" + name + "\"; names must differ");
            }
            boolean trainable = !model.frozen().contains(name);
            Shape output = outputOf(spec, name, shape);
            List<ParameterBlock> blocks = new ArrayList<>();
            for (ParameterSpec parameter : parametersOf(spec, name, shape)) {
                blocks.add(new ParameterBlock(name, trainable ? parameter : parameter.frozen(), (int) offset));
                offset = ShapeLimits.end(offset, name, parameter);
            }
            layers.add(new PlannedLayer(name, kindOf(spec), spec, shape, output, List.copyOf(blocks), trainable));
            shape = output;
        }
        requireNamed(names, model.frozen(), "frozen");
        requireNamed(names, model.initialLayers(), "initial_layers");
        NetworkPlan plan = new NetworkPlan(inputShape, loss, layers, (int) offset);
        plan.checkLoss();
        return plan;
    }

    private static String kindOf(LayerSpec spec) {
        Named named = spec.getClass().getAnnotation(Named.class);
        if (named == null) {
            throw new IllegalStateException(spec.getClass() + " lacks @Named");
        }
        return named.value();
    }

    private static void requireNamed(Set<String> names, List<String> asked, String key) {
        for (String name : asked) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException("model." + key + ": there is no layer \"" + name + "\"");
            }
        }
    }

    private static Shape outputOf(LayerSpec spec, String name, Shape input) {
        try {
            Shape output = spec.outputShape(input);
            ShapeLimits.requireSample("what it makes of a sample", output);
            return output;
        } catch (ArithmeticException e) {
            throw ShapeLimits.tooLarge(name, input, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("layer \"" + name + "\": " + e.getMessage(), e);
        }
    }

    private static List<ParameterSpec> parametersOf(LayerSpec spec, String name, Shape input) {
        try {
            return spec.parameters(input);
        } catch (ArithmeticException e) {
            throw ShapeLimits.tooLarge(name, input, e);
        }
    }

    private void checkLoss() {
        String objection = loss.objection(lastActivation(), outputShape().size());
        if (objection != null) {
            throw new IllegalArgumentException(objection);
        }
    }

    /**
     * The activation of the last layer, where that is a dense or an activation layer; linear where it has none, and where
     * a softmax goes over parts of the outputs only, which is none for a loss.
     */
    public Activation lastActivation() {
        LayerSpec last = layers.get(layers.size() - 1).spec();
        if (last instanceof DenseLayer) {
            return last.activation();
        }
        boolean isOfParts =
                last.activation() == Activation.SOFTMAX && outputShape().rank() > 1;
        return last instanceof ActivationLayer && !isOfParts ? last.activation() : Activation.LINEAR;
    }

    /** What of the network has no gradient, a sentence for each; empty when all has. It can be used all the same. */
    public List<String> trainingObjections() {
        return trainingObjections;
    }

    /**
     * Requires that the network can be trained.
     *
     * @throws LockstepException naming every layer that is in the way
     */
    public void requireTrainable() {
        if (!trainingObjections.isEmpty()) {
            throw new LockstepException(
                    ExitCode.USAGE, "this network cannot be trained:\n  " + String.join("\n  ", trainingObjections));
        }
    }

    /** The first values of the flat vector, keyed by seed, layer name and parameter name. */
    public float[] initialParameters(long seed) {
        float[] values = new float[parameterCount];
        for (ParameterBlock block : blocks) {
            ParameterSpec spec = block.spec();
            long key = CounterRandom.key(CounterRandom.key(seed, block.layer()), spec.name());
            for (int i = 0; i < block.length(); i++) {
                values[block.offset() + i] = spec.initializer().value(key, i, spec.fanIn(), spec.fanOut());
            }
        }
        return values;
    }

    /** The block that holds a flat index, for messages; null when there is none. */
    public @Nullable ParameterBlock blockAt(int index) {
        for (ParameterBlock block : blocks) {
            if (index >= block.offset() && index < block.end()) {
                return block;
            }
        }
        return null;
    }

    /** The shape of one input sample. */
    public Shape inputShape() {
        return inputShape;
    }

    /** The shape of one output sample. */
    public Shape outputShape() {
        return layers.get(layers.size() - 1).output();
    }

    /** The loss the network is trained with. */
    public LossSpec loss() {
        return loss;
    }

    /** The layers from input to output. */
    public List<PlannedLayer> layers() {
        return layers;
    }

    /** All parameter arrays, in the order of the flat vector. */
    public List<ParameterBlock> blocks() {
        return blocks;
    }

    /** Whether a layer that is trained asks for moments of the global batch. */
    public boolean asksForSharedMoments() {
        return layers.stream()
                .anyMatch(layer -> layer.trainable()
                        && layer.spec() instanceof BatchNormalizationLayer normalization
                        && normalization.synchronizedMoments());
    }

    /** Sets what belongs to frozen parameters to 0, as they have no gradient. */
    public void clearFrozen(float[] gradient) {
        // By index: this is called in every step, where an iterator would be garbage.
        for (int i = 0; i < frozenBlocks.size(); i++) {
            Arrays.fill(
                    gradient, frozenBlocks.get(i).offset(), frozenBlocks.get(i).end(), 0f);
        }
    }

    /** The length of the flat vector. */
    public int parameterCount() {
        return parameterCount;
    }

    /** How many of the parameters the optimizer trains. */
    public int trainableCount() {
        return blocks.stream()
                .filter(block -> block.spec().role() == Role.TRAINABLE)
                .mapToInt(ParameterBlock::length)
                .sum();
    }
}
