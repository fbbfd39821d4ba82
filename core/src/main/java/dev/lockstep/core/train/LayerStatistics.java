package dev.lockstep.core.train;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.collective.Membership;
import dev.lockstep.core.config.TensorBoardSpec;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.SampleSource;
import dev.lockstep.core.evaluation.Distribution;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.ParameterBlock;
import dev.lockstep.core.model.ParameterSpec.Role;
import dev.lockstep.core.model.layer.DropoutLayer;
import dev.lockstep.core.model.layer.FlattenLayer;
import dev.lockstep.core.model.layer.InputLayer;
import dev.lockstep.core.model.layer.LayerSpec;
import dev.lockstep.core.model.layer.ReshapeLayer;
import dev.lockstep.core.sync.TrainingState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the layers of rank 0 at the end of epochs, where the job asks for that: how weights, gradients and activations
 * are distributed. Between two looks there is nothing to do; a look costs one forward pass and a few passes over the
 * values, and changes nothing of the training.
 */
public final class LayerStatistics {
    private static final Logger LOG = LoggerFactory.getLogger(LayerStatistics.class);

    /** What a worker may tell in one message is a megabyte. */
    private static final int MOST_CHARACTERS = 900_000;

    private final TensorBoardSpec spec;
    private final TrainingData data;
    private final ModelReplica replica;
    private final Membership membership;
    private final TrainingEvents events;

    LayerStatistics(TrainingSetup setup, TrainingEvents events) {
        this.spec = setup.job().tensorboard();
        this.data = setup.data();
        this.replica = setup.replica();
        this.membership = setup.membership();
        this.events = events;
    }

    /**
     * Tells the distributions, on rank 0 and when they are due.
     *
     * @param state after the last step of an epoch
     * @param gradient of that step, or empty for none; see {@link dev.lockstep.core.sync.SyncStrategy#lastGradient}
     */
    void tellIfDue(TrainingState state, float[] gradient) {
        if (membership.rank() != 0 || !spec.looksAtLayersAfter(state.epoch() + 1)) {
            return;
        }
        NetworkPlan plan = replica.plan();
        ArrayNode layers = weights(plan, state.parameters());
        if (gradient.length > 0) {
            addGradients(plan, gradient, layers);
        }
        addActivations(layers);
        String event = events.histograms(state, layers).toString();
        if (event.length() > MOST_CHARACTERS) {
            LOG.warn("The network has too many layers to tell their histograms: {} characters", event.length());
            return;
        }
        membership.publish(event);
    }

    /** The distribution of every parameter array, running statistics included. */
    public static ArrayNode weights(NetworkPlan plan, float[] parameters) {
        ArrayNode layers = JsonNodeFactory.instance.arrayNode();
        for (ParameterBlock block : plan.blocks()) {
            add(layers, block, "weights", parameters);
        }
        return layers;
    }

    private static void addGradients(NetworkPlan plan, float[] gradient, ArrayNode layers) {
        for (ParameterBlock block : plan.blocks()) {
            if (block.spec().role() == Role.TRAINABLE) {
                add(layers, block, "gradients", gradient);
            }
        }
    }

    private static void add(ArrayNode layers, ParameterBlock block, String kind, float[] flat) {
        Distribution distribution = Distribution.of(flat, block.offset(), block.end());
        add(layers, block.layer(), kind, block.spec().name(), distribution);
    }

    /** Of the same samples after every epoch, whatever the number of workers. */
    private void addActivations(ArrayNode layers) {
        int[] indices = data.validationIndices().length > 0 ? data.validationIndices() : data.trainIndices();
        SampleSource samples = data.samples();
        int count = Math.min(Trainer.EVALUATION_BATCH, indices.length);
        MiniBatch batch = new MiniBatch(count, samples.featureShape().size(), samples.labelWidth());
        samples.read(indices, 0, count, batch);
        replica.predict(batch);
        for (int i = 0; i < replica.plan().layers().size(); i++) {
            PlannedLayer layer = replica.plan().layers().get(i);
            if (!passesOnWhatComesIn(layer.spec())) {
                replica.activations(i)
                        .ifPresent(values -> add(
                                layers,
                                layer.name(),
                                "activations",
                                "output",
                                Distribution.of(values, 0, values.length)));
            }
        }
    }

    /** What they pass on in use has been told of the layer before them. */
    private static boolean passesOnWhatComesIn(LayerSpec spec) {
        return spec instanceof InputLayer
                || spec instanceof FlattenLayer
                || spec instanceof ReshapeLayer
                || spec instanceof DropoutLayer;
    }

    private static void add(ArrayNode layers, String layer, String kind, String name, Distribution distribution) {
        ObjectNode entry = layers.addObject();
        entry.put("layer", layer);
        entry.put("kind", kind);
        entry.put("name", name);
        entry.put("count", distribution.count());
        entry.put("minimum", distribution.minimum());
        entry.put("maximum", distribution.maximum());
        entry.put("mean", distribution.mean());
        entry.put("standard_deviation", distribution.standardDeviation());
        entry.put("norm", distribution.norm());
        ArrayNode edges = entry.putArray("edges");
        distribution.edges().forEach(edges::add);
        ArrayNode counts = entry.putArray("counts");
        distribution.counts().forEach(counts::add);
    }
}
