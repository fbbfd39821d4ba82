package dev.lockstep.core.model.dl4j;

import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.layer.LayerSpec;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;

/**
 * How one kind of layer is told to DL4J.
 *
 * @param <L> the layer
 */
interface LayerTranslation<L extends LayerSpec> {
    /** Why DL4J cannot compute it on this input, null when it can. */
    default @Nullable String objection(PlannedLayer layer) {
        return null;
    }

    /** Whether DL4J's layer takes and gives images [batch, height, width, channels] on this input, not rows. */
    default boolean isOfImages(PlannedLayer layer) {
        return false;
    }

    /** DL4J's layer, null where there is nothing to compute. */
    @Nullable
    Layer translate(L spec, PlannedLayer layer, Dl4jConfiguration.Parts parts);
}
