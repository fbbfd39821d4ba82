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
import dev.lockstep.core.model.loss.LossSpec;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** Lockstep's network, told to DL4J. */
final class Dl4jConfiguration {
    /** Where a network that a replica computes differs from one that DL4J trains by itself. */
    interface Parts {
        /** Sets the updater and whatever else holds for the whole network. */
        void configure(NeuralNetConfiguration.Builder network);

        /** The loss of the last layer. */
        ILossFunction loss();

        /** What a dropout layer drops. */
        IDropout dropout(DropoutLayer spec, PlannedLayer layer);

        /** Tells a layer its penalties, where DL4J is the one to add them. */
        void penalise(BaseLayer.Builder<?> layer, DenseLayer spec);
    }

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
        Layer translate(L spec, PlannedLayer layer, Parts parts);
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

    /** A replica gives the raw gradient sum: no updater, no penalties, Lockstep's loss and dropout. */
    private record ReplicaParts(LossSpec lossSpec, ReplicaStep step, int maximumBatchSize) implements Parts {
        @Override
        public void configure(NeuralNetConfiguration.Builder network) {
            network.updater(new NoOp());
        }

        @Override
        public ILossFunction loss() {
            return new OutputLoss(lossSpec, step);
        }

        @Override
        public IDropout dropout(DropoutLayer spec, PlannedLayer layer) {
            DropoutMask mask = new DropoutMask(layer.name(), spec.rate());
            return new CounterDropout(step, mask, layer.input().size(), maximumBatchSize);
        }

        @Override
        public void penalise(BaseLayer.Builder<?> layer, DenseLayer spec) {}
    }

    /** What of the network DL4J cannot compute here, a sentence for each; empty when it can. */
    static List<String> objections(NetworkPlan plan) {
        List<String> objections = new ArrayList<>();
        objections.addAll(objectionsToLayers(plan));
        if (!OutputLoss.supports(plan.loss())) {
            objections.add(OutputLoss.unsupported(plan.loss()));
        }
        return objections;
    }

    /** The same of the layers alone. */
    static List<String> objectionsToLayers(NetworkPlan plan) {
        List<String> objections = new ArrayList<>();
        for (PlannedLayer layer : plan.layers()) {
            Translation<?> translation = TRANSLATIONS.get(layer.spec().getClass());
            String objection =
                    translation == null ? "this kind of layer is unknown to it" : translation.objection(layer);
            if (objection != null) {
                objections.add("layer \"" + layer.name() + "\" (" + layer.kind() + "): " + objection);
            }
        }
        if (plan.parameterCount() == 0) {
            objections.add("the network has no parameters to train; add a dense layer");
        }
        return objections;
    }

    /** DL4J's configuration of a network without objections, for a replica. */
    static MultiLayerConfiguration of(NetworkPlan plan, ReplicaStep step, int maximumBatchSize) {
        return of(plan, new ReplicaParts(plan.loss(), step, maximumBatchSize));
    }

    /** DL4J's configuration of a network without objections. */
    static MultiLayerConfiguration of(NetworkPlan plan, Parts parts) {
        NeuralNetConfiguration.Builder network = new NeuralNetConfiguration.Builder().dataType(DataType.FLOAT);
        parts.configure(network);
        NeuralNetConfiguration.ListBuilder list = network.list();
        List<PlannedLayer> layers = plan.layers();
        PlannedLayer last = layers.get(layers.size() - 1);
        for (int i = 0; i < layers.size(); i++) {
            PlannedLayer layer = layers.get(i);
            boolean isOutput = i == layers.size() - 1 && layer.spec() instanceof DenseLayer;
            Layer translated = isOutput ? outputLayer(layer, parts) : translate(layer, parts);
            if (translated != null) {
                list.layer(translated);
            }
        }
        if (!(last.spec() instanceof DenseLayer)) {
            list.layer(new LossLayer.Builder(parts.loss())
                    .activation(activation(Activation.LINEAR))
                    .build());
        }
        // DL4J's own check knows only DL4J's own losses; NetworkPlan has checked loss against activation.
        return list.validateOutputLayerConfig(false).build();
    }

    private static OutputLayer outputLayer(PlannedLayer layer, Parts parts) {
        DenseLayer dense = (DenseLayer) layer.spec();
        OutputLayer.Builder builder = new OutputLayer.Builder(parts.loss())
                .nIn(layer.input().size())
                .nOut(dense.units())
                .hasBias(dense.useBias())
                .activation(activation(dense.activation()));
        parts.penalise(builder, dense);
        return builder.build();
    }

    private static @Nullable Layer translate(PlannedLayer layer, Parts parts) {
        Translation<?> translation = TRANSLATIONS.get(layer.spec().getClass());
        if (translation == null) {
            throw new IllegalArgumentException("no translation for " + layer.kind());
        }
        return apply(translation, layer, parts);
    }

    /** The table pairs each class with a translation of that class. */
    @SuppressWarnings("unchecked")
    private static <L extends LayerSpec> @Nullable Layer apply(
            Translation<L> translation, PlannedLayer layer, Parts parts) {
        return translation.translate((L) layer.spec(), layer, parts);
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
        public @Nullable Layer translate(FlattenLayer spec, PlannedLayer layer, Parts parts) {
            return null;
        }
    }

    private static final class Dense implements Translation<DenseLayer> {
        @Override
        public @Nullable String objection(PlannedLayer layer) {
            return null;
        }

        @Override
        public Layer translate(DenseLayer spec, PlannedLayer layer, Parts parts) {
            FeedForwardLayer.Builder<?> builder = new org.deeplearning4j.nn.conf.layers.DenseLayer.Builder()
                    .hasBias(spec.useBias())
                    .nIn(layer.input().size())
                    .nOut(spec.units());
            parts.penalise(builder, spec);
            return builder.activation(activation(spec.activation())).build();
        }
    }

    private static final class Dropout implements Translation<DropoutLayer> {
        @Override
        public @Nullable String objection(PlannedLayer layer) {
            return null;
        }

        @Override
        public @Nullable Layer translate(DropoutLayer spec, PlannedLayer layer, Parts parts) {
            if (spec.rate() == 0) {
                return null;
            }
            int elements = layer.input().size();
            return new org.deeplearning4j.nn.conf.layers.DropoutLayer.Builder(parts.dropout(spec, layer))
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
        public Layer translate(BatchNormalizationLayer spec, PlannedLayer layer, Parts parts) {
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
