package dev.lockstep.core.model.dl4j;

import static java.util.Map.entry;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.DropoutMask;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.RegularizerSpec;
import dev.lockstep.core.model.layer.ActivationLayer;
import dev.lockstep.core.model.layer.AveragePooling2DLayer;
import dev.lockstep.core.model.layer.BatchNormalizationLayer;
import dev.lockstep.core.model.layer.Conv2DLayer;
import dev.lockstep.core.model.layer.DenseLayer;
import dev.lockstep.core.model.layer.DropoutLayer;
import dev.lockstep.core.model.layer.FlattenLayer;
import dev.lockstep.core.model.layer.GlobalAveragePooling2DLayer;
import dev.lockstep.core.model.layer.InputLayer;
import dev.lockstep.core.model.layer.LayerSpec;
import dev.lockstep.core.model.layer.MaxPooling2DLayer;
import dev.lockstep.core.model.layer.ReshapeLayer;
import dev.lockstep.core.model.loss.LossGradient;
import dev.lockstep.core.model.loss.LossSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.jspecify.annotations.Nullable;
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

        /** The activation that the loss is computed after. */
        default Activation lastActivation(NetworkPlan plan) {
            return plan.lastActivation();
        }

        /** What a dropout layer drops. */
        IDropout dropout(DropoutLayer spec, PlannedLayer layer);

        /** Whether the configuration is for a file: of classes of DL4J alone, and with the layers' names. */
        default boolean isPortable() {
            return false;
        }

        /** Tells a layer its penalties, where DL4J is the one to add them. */
        void penalise(BaseLayer.Builder<?> layer, RegularizerSpec kernel, RegularizerSpec bias);
    }

    /** A new layer is one entry here. */
    private static final Map<Class<? extends LayerSpec>, LayerTranslation<?>> TRANSLATIONS = Map.ofEntries(
            entry(InputLayer.class, new Nothing<InputLayer>()),
            entry(FlattenLayer.class, new Nothing<FlattenLayer>()),
            entry(ReshapeLayer.class, new Nothing<ReshapeLayer>()),
            entry(DenseLayer.class, new Dense()),
            entry(ActivationLayer.class, new ActivationOfItsOwn()),
            entry(DropoutLayer.class, new Dropout()),
            entry(BatchNormalizationLayer.class, new NormalizationTranslation()),
            entry(Conv2DLayer.class, WindowTranslations.CONVOLUTION),
            entry(MaxPooling2DLayer.class, WindowTranslations.MAX_POOLING),
            entry(AveragePooling2DLayer.class, WindowTranslations.AVERAGE_POOLING),
            entry(GlobalAveragePooling2DLayer.class, WindowTranslations.GLOBAL_AVERAGE_POOLING));

    /**
     * A network in DL4J's terms.
     *
     * @param configuration for DL4J
     * @param layersThrough for each layer of the plan, how many layers of DL4J it takes to compute it from the input
     */
    record Translated(MultiLayerConfiguration configuration, List<Integer> layersThrough) {}

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
        public void penalise(BaseLayer.Builder<?> layer, RegularizerSpec kernel, RegularizerSpec bias) {}
    }

    /** What of the network DL4J cannot compute here, a sentence for each; empty when it can. */
    static List<String> objections(NetworkPlan plan) {
        List<String> objections = new ArrayList<>();
        objections.addAll(objectionsToLayers(plan));
        String lossObjection = LossGradient.objection(plan.loss());
        if (lossObjection != null) {
            objections.add(lossObjection);
        }
        return objections;
    }

    /** The same of the layers alone. */
    static List<String> objectionsToLayers(NetworkPlan plan) {
        List<String> objections = new ArrayList<>();
        for (PlannedLayer layer : plan.layers()) {
            LayerTranslation<?> translation = TRANSLATIONS.get(layer.spec().getClass());
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
    static Translated of(NetworkPlan plan, ReplicaStep step, int maximumBatchSize) {
        return translate(plan, new ReplicaParts(plan.loss(), step, maximumBatchSize));
    }

    /** DL4J's configuration of a network without objections. */
    static MultiLayerConfiguration of(NetworkPlan plan, Parts parts) {
        return translate(plan, parts).configuration();
    }

    private static Translated translate(NetworkPlan plan, Parts parts) {
        NeuralNetConfiguration.Builder network = new NeuralNetConfiguration.Builder().dataType(DataType.FLOAT);
        parts.configure(network);
        LayerStack stack = new LayerStack(network, parts.isPortable());
        List<PlannedLayer> layers = plan.layers();
        PlannedLayer last = layers.get(layers.size() - 1);
        List<Integer> layersThrough = new ArrayList<>();
        for (PlannedLayer layer : layers) {
            if (layer != last || !endsInLoss(layer.spec())) {
                add(layer, parts, stack);
                layersThrough.add(stack.count());
            }
        }
        Layer end = last.spec() instanceof DenseLayer ? outputLayer(plan, last, parts) : lossLayer(plan, parts);
        name(end, last, parts);
        stack.addOfRows(end);
        if (endsInLoss(last.spec())) {
            layersThrough.add(stack.count());
        }
        return new Translated(stack.build(), layersThrough);
    }

    /** Whether a last layer's activation, and what else it does, is told to DL4J together with the loss. */
    private static boolean endsInLoss(LayerSpec last) {
        return last instanceof DenseLayer || last instanceof ActivationLayer;
    }

    private static void add(PlannedLayer layer, Parts parts, LayerStack stack) {
        Layer translated = translate(layer, parts);
        if (translated == null) {
            return;
        }
        name(translated, layer, parts);
        boolean takesAnyShape = layer.spec() instanceof DropoutLayer || layer.spec() instanceof ActivationLayer;
        if (parts.isPortable() && takesAnyShape) {
            stack.addOfAnyShape(translated, layer.input());
        } else if (translation(layer).isOfImages(layer)) {
            stack.addOfImages(translated, layer.input(), layer.output());
        } else {
            stack.addOfRows(translated);
        }
    }

    /** A replica's layers need none. */
    private static void name(Layer translated, PlannedLayer layer, Parts parts) {
        if (parts.isPortable()) {
            translated.setLayerName(layer.name());
        }
    }

    private static LossLayer lossLayer(NetworkPlan plan, Parts parts) {
        return new LossLayer.Builder(parts.loss())
                .activation(ActivationTranslations.of(parts.lastActivation(plan)))
                .build();
    }

    private static OutputLayer outputLayer(NetworkPlan plan, PlannedLayer layer, Parts parts) {
        DenseLayer dense = (DenseLayer) layer.spec();
        OutputLayer.Builder builder = new OutputLayer.Builder(parts.loss())
                .nIn(layer.input().size())
                .nOut(dense.units())
                .hasBias(dense.useBias())
                .activation(ActivationTranslations.of(parts.lastActivation(plan)));
        parts.penalise(builder, dense.kernelRegularizer(), dense.biasRegularizer());
        return builder.build();
    }

    private static @Nullable Layer translate(PlannedLayer layer, Parts parts) {
        return apply(translation(layer), layer, parts);
    }

    private static LayerTranslation<?> translation(PlannedLayer layer) {
        LayerTranslation<?> translation = TRANSLATIONS.get(layer.spec().getClass());
        if (translation == null) {
            throw new IllegalArgumentException("no translation for " + layer.kind());
        }
        return translation;
    }

    /** The table pairs each class with a translation of that class. */
    @SuppressWarnings("unchecked")
    private static <L extends LayerSpec> @Nullable Layer apply(
            LayerTranslation<L> translation, PlannedLayer layer, Parts parts) {
        return translation.translate((L) layer.spec(), layer, parts);
    }

    /** Values lie row by row with the last dimension fastest, whatever their shape. */
    private static final class Nothing<L extends LayerSpec> implements LayerTranslation<L> {
        @Override
        public @Nullable Layer translate(L spec, PlannedLayer layer, Parts parts) {
            return null;
        }
    }

    private static final class Dense implements LayerTranslation<DenseLayer> {
        @Override
        public Layer translate(DenseLayer spec, PlannedLayer layer, Parts parts) {
            FeedForwardLayer.Builder<?> builder = new org.deeplearning4j.nn.conf.layers.DenseLayer.Builder()
                    .hasBias(spec.useBias())
                    .nIn(layer.input().size())
                    .nOut(spec.units());
            parts.penalise(builder, spec.kernelRegularizer(), spec.biasRegularizer());
            return builder.activation(ActivationTranslations.of(spec.activation()))
                    .build();
        }
    }

    /** On rows, whatever the shape: all but softmax treat every value alike. */
    private static final class ActivationOfItsOwn implements LayerTranslation<ActivationLayer> {
        @Override
        public @Nullable String objection(PlannedLayer layer) {
            return layer.spec().activation() == Activation.SOFTMAX
                            && layer.input().rank() > 1
                    ? "it computes softmax over whole samples, not over the last dimension of " + layer.input()
                            + "; put a flatten layer before it, or choose another activation"
                    : null;
        }

        @Override
        public @Nullable Layer translate(ActivationLayer spec, PlannedLayer layer, Parts parts) {
            return spec.activation() == Activation.LINEAR
                    ? null
                    : new org.deeplearning4j.nn.conf.layers.ActivationLayer.Builder()
                            .activation(ActivationTranslations.of(spec.activation()))
                            .build();
        }
    }

    private static final class Dropout implements LayerTranslation<DropoutLayer> {
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
}
