package dev.lockstep.core.model.dl4j;

import dev.lockstep.core.data.Shape;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;

/** DL4J's layers from input to output, reshaped between those that see rows and those that see images. */
final class LayerStack {
    private final NeuralNetConfiguration.ListBuilder list;
    private int count;
    /** The shape that the last layer gives, where it gives images; null for rows, as the network's input comes. */
    private @Nullable Shape images;

    LayerStack(NeuralNetConfiguration.Builder network) {
        this.list = network.list();
    }

    /** Puts a layer of rows on top. */
    void addOfRows(Layer layer) {
        if (images != null) {
            list.inputPreProcessor(count, ImageReshape.imagesToRows(images));
        }
        images = null;
        list.layer(count++, layer);
    }

    /**
     * Puts a layer of images on top.
     *
     * @param input shape of the images it takes
     * @param output shape of the images it gives; a vector where it gives rows
     */
    void addOfImages(Layer layer, Shape input, Shape output) {
        if (images == null) {
            list.inputPreProcessor(count, ImageReshape.rowsToImages(input));
        } else if (!images.equals(input)) {
            list.inputPreProcessor(count, ImageReshape.imagesToImages(images, input));
        }
        images = output.rank() == 1 ? null : output;
        list.layer(count++, layer);
    }

    /** How many layers there are. */
    int count() {
        return count;
    }

    MultiLayerConfiguration build() {
        // DL4J's own check knows only DL4J's own losses; NetworkPlan has checked loss against activation.
        return list.validateOutputLayerConfig(false).build();
    }
}
