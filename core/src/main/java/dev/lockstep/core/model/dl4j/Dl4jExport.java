package dev.lockstep.core.model.dl4j;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.ModelSpec;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.layer.LayerSpec;
import dev.lockstep.core.model.loss.CrossentropyLoss;
import dev.lockstep.core.optimizer.OptimizerSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/**
 * Writes a network as the zip that DL4J's own {@code ModelSerializer.restoreMultiLayerNetwork} opens, without a class of
 * Lockstep in it. It predicts the same there. Rows go in as rows; images as [batch, height, width, channels].
 */
public final class Dl4jExport {
    /** DL4J has none, or another formula under the name. */
    private static final Set<Activation> WITHOUT_COUNTERPART =
            Set.of(Activation.HARD_SIGMOID, Activation.GELU, Activation.STEP);

    private final NetworkPlan plan;
    private final @Nullable ILossFunction loss;
    private final @Nullable IUpdater updater;
    private final List<String> notes = new ArrayList<>();

    /** The network of a job. */
    public Dl4jExport(NetworkPlan plan, OptimizerSpec optimizer) {
        this.plan = withoutFrozen(plan);
        boolean ofLogits = plan.loss() instanceof CrossentropyLoss crossentropy && crossentropy.fromLogits();
        this.loss = ofLogits ? null : Dl4jTraining.loss(plan);
        this.updater = Dl4jTraining.updater(optimizer);
        if (loss == null) {
            notes.add(
                    "the loss has no counterpart in DL4J: the file names LossMSE, which matters only for training on");
        }
        if (updater == null) {
            notes.add("the optimizer has no counterpart in DL4J: the file names NoOp; set an updater to train on");
        }
        if (plan.layers().stream().anyMatch(layer -> !layer.trainable())) {
            notes.add("frozen layers are written as any others");
        }
    }

    private static NetworkPlan withoutFrozen(NetworkPlan plan) {
        List<LayerSpec> layers = plan.layers().stream().map(PlannedLayer::spec).toList();
        return NetworkPlan.of(new ModelSpec(layers), plan.inputShape(), plan.loss());
    }

    /** What of the network cannot be written, a sentence for each; empty when it can. */
    public List<String> objections() {
        List<String> objections = new ArrayList<>(Dl4jConfiguration.objectionsToLayers(plan));
        for (PlannedLayer layer : plan.layers()) {
            Activation activation = layer.spec().activation();
            if (WITHOUT_COUNTERPART.contains(activation)) {
                objections.add("layer \"" + layer.name() + "\" (" + layer.kind() + "): DL4J has no "
                        + activation.name().toLowerCase(Locale.ROOT) + " by this formula");
            }
        }
        if (objections.isEmpty()) {
            try {
                configuration();
            } catch (NotPortableException e) {
                objections.add(e.getMessage());
            }
        }
        return objections;
    }

    /** What a person should know of the file, a sentence for each. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /**
     * Writes the zip.
     *
     * @param parameters the flat vector
     * @param out is not closed
     */
    public void write(float[] parameters, OutputStream out) throws IOException {
        NativeRuntime.pin(1);
        MultiLayerNetwork network = new MultiLayerNetwork(configuration());
        try {
            INDArray vector = Nd4j.createUninitializedDetached(DataType.FLOAT, 1, plan.parameterCount());
            FloatMemory.write(vector, parameters, parameters.length);
            network.init(vector, false);
            ModelSerializer.writeModel(network, out, false);
        } finally {
            network.close();
        }
    }

    private MultiLayerConfiguration configuration() {
        return Dl4jConfiguration.of(
                plan, new FileParts(loss == null ? new LossMSE() : loss, updater == null ? new NoOp() : updater));
    }

    private record FileParts(ILossFunction loss, IUpdater updater) implements PartsOfDl4j {
        @Override
        public void configure(NeuralNetConfiguration.Builder network) {
            network.updater(updater);
        }

        @Override
        public boolean isPortable() {
            return true;
        }
    }
}
