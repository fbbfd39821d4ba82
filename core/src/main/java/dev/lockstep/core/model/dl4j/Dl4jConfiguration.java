package dev.lockstep.core.model.dl4j;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.DropoutMask;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.layer.BatchNormalizationLayer;
import dev.lockstep.core.model.layer.DenseLayer;
import dev.lockstep.core.model.layer.DropoutLayer;
import dev.lockstep.core.model.layer.FlattenLayer;
import dev.lockstep.core.model.layer.LayerSpec;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.NoOp;

/** Lockstep's network, told to DL4J. */
final class Dl4jConfiguration {
    /** What a translation may use beside the layer. */
    private record Surroundings(ReplicaStep step, int maximumBatchSize) {}

    /**
     * How one kind of layer is told to DL4J.
     *
     * @param <L> the layer
     */
    private interface Translation<L extends LayerSpec> {
        /** Why DL4J cannot compute it on this input, null when it can. */
        @Nullable
        String objection(PlannedLayer layer);

        /** DL4J's layer, null where there is nothing to compute. */
        @Nullable
        Layer translate(L spec, PlannedLayer layer, Surroundings surroundings);
    }

    /** A new layer is one entry here. */
    private static final Map<Class<? extends LayerSpec>, Translation<?>> TRANSLATIONS = Map.of(
            FlattenLayer.class, new Flatten(),
            DenseLayer.class, new Dense(),
            DropoutLayer.class, new Dropout(),
            BatchNormalizationLayer.class, new Normalization());

    private static final Map<Activation, org.nd4j.linalg.activations.Activation> ACTIVATIONS = new EnumMap<>(Map.of(
            Activation.LINEAR, org.nd4j.linalg.activations.Activation.IDENTITY,
            Activation.SIGMOID, org.nd4j.linalg.activations.Activation.SIGMOID,
            Activation.TANH, org.nd4j.linalg.activations.Activation.TANH,
            Activation.RELU, org.nd4j.linalg.activations.Activation.RELU,
            Activation.ELU, org.nd4j.linalg.activations.Activation.ELU,
            Activation.SELU, org.nd4j.linalg.activations.Activation.SELU,
            Activation.SOFTPLUS, org.nd4j.linalg.activations.Activation.SOFTPLUS,
            Activation.SWISH, org.nd4j.linalg.activations.Activation.SWISH,
            Activation.SOFTMAX, org.nd4j.linalg.activations.Activation.SOFTMAX));

    private Dl4jConfiguration() {}

    /** What of the network DL4J cannot compute here, a sentence for each; empty when it can. */
    static List<String> objections(NetworkPlan plan) {
        List<String> objections = new ArrayList<>();
        for (PlannedLayer layer : plan.layers()) {
            Translation<?> translation = TRANSLATIONS.get(layer.spec().getClass());
            String objection =
                    translation == null ? "this kind of layer is unknown to it" : translation.objection(layer);
            if (objection != null) {
                objections.add("layer \"" + layer.name() + "\" (" + layer.kind() + "): " + objection);
            }
        }
        if (!OutputLoss.supports(plan.loss())) {
            objections.add(OutputLoss.unsupported(plan.loss()));
        }
        if (plan.parameterCount() == 0) {
            objections.add("the network has no parameters to train; add a dense layer");
        }
        return objections;
    }

    /** DL4J's configuration of a network without objections. */
    static MultiLayerConfiguration of(NetworkPlan plan, ReplicaStep step, int maximumBatchSize) {
        NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder()
                .dataType(DataType.FLOAT)
                .updater(new NoOp())
                .list();
        Surroundings surroundings = new Surroundings(step, maximumBatchSize);
        List<PlannedLayer> layers = plan.layers();
        PlannedLayer last = layers.get(layers.size() - 1);
        for (int i = 0; i < layers.size(); i++) {
            PlannedLayer layer = layers.get(i);
            boolean isOutput = i == layers.size() - 1 && layer.spec() instanceof DenseLayer;
            Layer translated = isOutput ? outputLayer(plan, layer, step) : translate(layer, surroundings);
            if (translated != null) {
                list.layer(translated);
            }
        }
        if (!(last.spec() instanceof DenseLayer)) {
            list.layer(new LossLayer.Builder(new OutputLoss(plan.loss(), step))
                    .activation(activation(Activation.LINEAR))
                    .build());
        }
        // DL4J's own check knows only DL4J's own losses; NetworkPlan has checked loss against activation.
        return list.validateOutputLayerConfig(false).build();
    }

    private static OutputLayer outputLayer(NetworkPlan plan, PlannedLayer layer, ReplicaStep step) {
        DenseLayer dense = (DenseLayer) layer.spec();
        return new OutputLayer.Builder(new OutputLoss(plan.loss(), step))
                .nIn(layer.input().size())
                .nOut(dense.units())
                .hasBias(dense.useBias())
                .activation(activation(dense.activation()))
                .build();
    }

    private static @Nullable Layer translate(PlannedLayer layer, Surroundings surroundings) {
        Translation<?> translation = TRANSLATIONS.get(layer.spec().getClass());
        if (translation == null) {
            throw new IllegalArgumentException("no translation for " + layer.kind());
        }
        return apply(translation, layer, surroundings);
    }

    /** The table pairs each class with a translation of that class. */
    @SuppressWarnings("unchecked")
    private static <L extends LayerSpec> @Nullable Layer apply(
            Translation<L> translation, PlannedLayer layer, Surroundings surroundings) {
        return translation.translate((L) layer.spec(), layer, surroundings);
    }

    private static IActivation activation(Activation activation) {
        org.nd4j.linalg.activations.Activation found = ACTIVATIONS.get(activation);
        if (found == null) {
            throw new IllegalStateException("no DL4J activation for " + activation);
        }
        return found.getActivationFunction();
    }

    /** Features arrive row by row with the last dimension fastest, so there is nothing to do. */
    private static final class Flatten implements Translation<FlattenLayer> {
        @Override
        public @Nullable String objection(PlannedLayer layer) {
            return null;
        }

        @Override
        public @Nullable Layer translate(FlattenLayer spec, PlannedLayer layer, Surroundings surroundings) {
            return null;
        }
    }

    private static final class Dense implements Translation<DenseLayer> {
        @Override
        public @Nullable String objection(PlannedLayer layer) {
            return null;
        }

        @Override
        public Layer translate(DenseLayer spec, PlannedLayer layer, Surroundings surroundings) {
            FeedForwardLayer.Builder<?> builder = new org.deeplearning4j.nn.conf.layers.DenseLayer.Builder()
                    .hasBias(spec.useBias())
                    .nIn(layer.input().size())
                    .nOut(spec.units());
            return builder.activation(activation(spec.activation())).build();
        }
    }

    private static final class Dropout implements Translation<DropoutLayer> {
        @Override
        public @Nullable String objection(PlannedLayer layer) {
            return null;
        }

        @Override
        public @Nullable Layer translate(DropoutLayer spec, PlannedLayer layer, Surroundings surroundings) {
            if (spec.rate() == 0) {
                return null;
            }
            int elements = layer.input().size();
            CounterDropout dropout = new CounterDropout(
                    surroundings.step(),
                    new DropoutMask(layer.name(), spec.rate()),
                    elements,
                    surroundings.maximumBatchSize());
            return new org.deeplearning4j.nn.conf.layers.DropoutLayer.Builder(dropout)
                    .nIn(elements)
                    .nOut(elements)
                    .build();
        }
    }

    private static final class Normalization implements Translation<BatchNormalizationLayer> {
        @Override
        public @Nullable String objection(PlannedLayer layer) {
            return layer.input().rank() == 1
                    ? null
                    : "it normalises vectors only, the input has shape " + layer.input()
                            + "; put a flatten layer before it";
        }

        @Override
        public Layer translate(BatchNormalizationLayer spec, PlannedLayer layer, Surroundings surroundings) {
            return new BatchNormalization.Builder()
                    .decay(spec.momentum())
                    .eps(spec.epsilon())
                    .useLogStd(false)
                    .nIn(layer.input().size())
                    .nOut(layer.input().size())
                    .build();
        }
    }
}
