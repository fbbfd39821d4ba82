package dev.lockstep.core.oracle;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.DropoutMask;
import dev.lockstep.core.model.ModelSpec;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.RegularizerSpec;
import dev.lockstep.core.model.StepContext;
import dev.lockstep.core.model.initializer.GlorotUniformInitializer;
import dev.lockstep.core.model.initializer.RandomUniformInitializer;
import dev.lockstep.core.model.layer.ActivationLayer;
import dev.lockstep.core.model.layer.AveragePooling2DLayer;
import dev.lockstep.core.model.layer.BatchNormalizationLayer;
import dev.lockstep.core.model.layer.Conv2DLayer;
import dev.lockstep.core.model.layer.DenseLayer;
import dev.lockstep.core.model.layer.DropoutLayer;
import dev.lockstep.core.model.layer.LayerSpec;
import dev.lockstep.core.model.layer.MaxPooling2DLayer;
import dev.lockstep.core.model.layer.Padding;
import dev.lockstep.core.model.layer.ReshapeLayer;
import dev.lockstep.core.model.loss.LossSpec;
import dev.lockstep.core.model.loss.LossSpec.LabelKind;
import dev.lockstep.core.model.loss.LossSpec.OutputKind;
import dev.lockstep.core.model.loss.MeanAbsolutePercentageErrorLoss;
import dev.lockstep.core.random.CounterRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Small networks and batches for tests. */
public final class Networks {
    private Networks() {}

    /** The activations that gradients can go through. */
    public static Stream<Activation> differentiableActivations() {
        return Stream.of(Activation.values()).filter(Activation::isDifferentiable);
    }

    /** A dense layer with a bias and no penalty. */
    public static DenseLayer dense(int units, Activation activation) {
        return dense(units, activation, 0);
    }

    /** A dense layer with a penalty on its kernel. */
    public static DenseLayer dense(int units, Activation activation, double l2) {
        return dense(units, activation, true, l2);
    }

    /** A dense layer with penalties on its kernel and its bias. */
    public static DenseLayer dense(int units, Activation activation, RegularizerSpec kernel, RegularizerSpec bias) {
        return new DenseLayer(
                units,
                activation,
                true,
                new GlorotUniformInitializer(),
                new RandomUniformInitializer(-0.1, 0.1),
                kernel,
                bias,
                null);
    }

    /** A dense layer; the bias starts at random values so that it takes part in every comparison. */
    public static DenseLayer dense(int units, Activation activation, boolean useBias, double l2) {
        return new DenseLayer(
                units,
                activation,
                useBias,
                new GlorotUniformInitializer(),
                new RandomUniformInitializer(-0.1, 0.1),
                new RegularizerSpec(l2, 0),
                RegularizerSpec.NONE,
                null);
    }

    /** A convolution with strides of its own; the bias starts at random values. */
    public static Conv2DLayer convolution(
            int filters, List<Integer> kernelSize, List<Integer> strides, Padding padding, Activation activation) {
        return convolution(filters, kernelSize, strides, padding, activation, true);
    }

    /** A convolution. */
    public static Conv2DLayer convolution(
            int filters,
            List<Integer> kernelSize,
            List<Integer> strides,
            Padding padding,
            Activation activation,
            boolean useBias) {
        return new Conv2DLayer(
                filters,
                kernelSize,
                strides,
                padding,
                activation,
                useBias,
                new GlorotUniformInitializer(),
                new RandomUniformInitializer(-0.1, 0.1),
                RegularizerSpec.NONE,
                RegularizerSpec.NONE,
                null);
    }

    /** An activation as a layer of its own. */
    public static ActivationLayer activation(Activation activation) {
        return new ActivationLayer(activation, null);
    }

    /** Another shape of as many values. */
    public static ReshapeLayer reshape(Integer... targetShape) {
        return new ReshapeLayer(List.of(targetShape), null);
    }

    /** Max pooling. */
    public static MaxPooling2DLayer maxPooling(List<Integer> poolSize, List<Integer> strides, Padding padding) {
        return new MaxPooling2DLayer(poolSize, strides, padding, null);
    }

    /** Average pooling. */
    public static AveragePooling2DLayer averagePooling(List<Integer> poolSize, List<Integer> strides, Padding padding) {
        return new AveragePooling2DLayer(poolSize, strides, padding, null);
    }

    /** Keras's batch normalisation with a momentum. */
    public static BatchNormalizationLayer normalization(double momentum) {
        return new BatchNormalizationLayer(momentum, 1e-3, true, null);
    }

    /** Dropout. */
    public static DropoutLayer dropout(double rate) {
        return new DropoutLayer(rate, null);
    }

    /** A plan for vectors. */
    public static NetworkPlan plan(int inputs, LossSpec loss, LayerSpec... layers) {
        return NetworkPlan.of(new ModelSpec(List.of(layers)), Shape.of(inputs), loss);
    }

    /** A plan for samples of any shape. */
    public static NetworkPlan plan(Shape input, LossSpec loss, LayerSpec... layers) {
        return NetworkPlan.of(new ModelSpec(List.of(layers)), input, loss);
    }

    /** The same network with frozen layers. */
    public static NetworkPlan frozen(NetworkPlan plan, String... names) {
        List<LayerSpec> layers =
                plan.layers().stream().map(NetworkPlan.PlannedLayer::spec).toList();
        return NetworkPlan.of(new ModelSpec(layers, null, List.of(), List.of(names)), plan.inputShape(), plan.loss());
    }

    /** A batch of keyed random features and labels that suit the loss. */
    public static MiniBatch batch(NetworkPlan plan, int size, long seed) {
        int outputs = plan.outputShape().size();
        int inputs = plan.inputShape().size();
        boolean isClass = plan.loss().labelKind() == LabelKind.CLASS_INDEX;
        boolean isProbability = plan.lastActivation() == Activation.SIGMOID
                || plan.loss().outputKind(plan.lastActivation()) != OutputKind.QUANTITIES;
        // Errors in percent of labels near 0 would drown everything else.
        float offset = plan.loss() instanceof MeanAbsolutePercentageErrorLoss ? 4 : 0;
        MiniBatch batch = new MiniBatch(size, inputs, isClass ? 1 : outputs);
        batch.resize(size);
        long featureKey = CounterRandom.key(seed, "features");
        long labelKey = CounterRandom.key(seed, "labels");
        for (int i = 0; i < size * inputs; i++) {
            batch.features()[i] = 2 * CounterRandom.uniformFloat(featureKey, i) - 1;
        }
        for (int row = 0; row < size; row++) {
            batch.sampleIndices()[row] = 1000 + row;
            int chosen = CounterRandom.below(labelKey, row, Math.max(outputs, 2));
            if (isClass) {
                batch.labels()[row] = chosen;
                continue;
            }
            for (int j = 0; j < outputs; j++) {
                batch.labels()[row * outputs + j] = isProbability
                        ? (outputs == 1 ? chosen : (chosen == j ? 1 : 0))
                        : offset + (float) CounterRandom.normal(labelKey, row * (long) outputs + j);
            }
        }
        return batch;
    }

    /** The masks that the engine uses for a batch, for the reference trainer. */
    public static ReferenceTrainer.Mask mask(NetworkPlan plan, MiniBatch batch, StepContext context) {
        Map<String, DropoutMask> masks = new HashMap<>();
        for (NetworkPlan.PlannedLayer layer : plan.layers()) {
            if (layer.spec() instanceof DropoutLayer dropout) {
                masks.put(layer.name(), new DropoutMask(layer.name(), dropout.rate()));
            }
        }
        return (layer, row, element) -> {
            DropoutMask mask = Objects.requireNonNull(masks.get(layer), layer);
            return mask.keeps(mask.epochKey(context.seed(), context.epoch()), batch.sampleIndices()[row], element);
        };
    }

    /** Rows [from, to) of a batch. */
    public static MiniBatch slice(MiniBatch batch, int from, int to) {
        MiniBatch slice = new MiniBatch(Math.max(1, to - from), batch.featureCount(), batch.labelWidth());
        slice.resize(to - from);
        int rows = to - from;
        System.arraycopy(
                batch.features(), from * batch.featureCount(), slice.features(), 0, rows * batch.featureCount());
        System.arraycopy(batch.labels(), from * batch.labelWidth(), slice.labels(), 0, rows * batch.labelWidth());
        System.arraycopy(batch.sampleIndices(), from, slice.sampleIndices(), 0, rows);
        return slice;
    }
}
