package dev.lockstep.core.model.dl4j;

import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.layer.BatchNormalizationLayer;
import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;

/** Batch normalisation, with moments of the worker's slice; frozen, by its moving statistics. */
final class NormalizationTranslation implements LayerTranslation<BatchNormalizationLayer> {
    @Override
    public @Nullable String objection(PlannedLayer layer) {
        return layer.input().rank() == 1 || layer.input().rank() == 3
                ? null
                : "it normalises vectors and images (height, width, channels), the input has shape " + layer.input()
                        + "; put a flatten layer before it";
    }

    @Override
    public boolean isOfImages(PlannedLayer layer) {
        return layer.input().rank() == 3;
    }

    @Override
    public Layer translate(BatchNormalizationLayer spec, PlannedLayer layer, Dl4jConfiguration.Parts parts) {
        List<Integer> sizes = layer.input().dimensions();
        int features = sizes.get(sizes.size() - 1);
        BatchNormalization normalization = new BatchNormalization.Builder()
                .decay(spec.momentum())
                .eps(spec.epsilon())
                .useLogStd(false)
                .dataFormat(isOfImages(layer) ? CNN2DFormat.NHWC : CNN2DFormat.NCHW)
                .nIn(features)
                .nOut(features)
                .build();
        return layer.trainable() ? normalization : new FrozenNormalization(normalization);
    }
}
