package dev.lockstep.core.model.dl4j;

import dev.lockstep.core.data.Shape;
import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.jspecify.annotations.Nullable;

/** DL4J's layers from input to output, reshaped between those that see rows and those that see images. */
final class LayerStack {
    private final NeuralNetConfiguration.ListBuilder list;
    private final boolean portable;
    private int count;
    /** The shape that the last layer gives, where it gives images; null for rows, as the network's input comes. */
    private @Nullable Shape images;

    /** @param portable whether only DL4J's own classes may do the reshaping; images go into the network as images then */
    LayerStack(NeuralNetConfiguration.Builder network, boolean portable) {
        this.list = network.list();
        this.portable = portable;
    }

    /** Puts a layer of rows on top. */
    void addOfRows(Layer layer) {
        if (images != null) {
            list.inputPreProcessor(count, portable ? flatten(images) : ImageReshape.imagesToRows(images));
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
        boolean isPlain = portable && (count == 0 || input.equals(images));
        if (portable && !isPlain) {
            throw new NotPortableException("layer \"" + layer.getLayerName()
                    + "\": DL4J has no way of its own to make images of what comes before it");
        }
        if (isPlain) {
            images = input;
        } else if (images == null) {
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

    /** Puts a layer on top that treats every value alike, so that it takes what is there as it is. */
    void addOfAnyShape(Layer layer, Shape input) {
        if (count == 0 && input.rank() > 1) {
            images = input;
        }
        list.layer(count++, layer);
    }

    private static InputPreProcessor flatten(Shape images) {
        List<Integer> sizes = images.dimensions();
        int channels = images.rank() == 2 ? 1 : sizes.get(2);
        return new CnnToFeedForwardPreProcessor(sizes.get(0), sizes.get(1), channels, CNN2DFormat.NHWC);
    }

    MultiLayerConfiguration build() {
        // DL4J's own check knows only DL4J's own losses; NetworkPlan has checked loss against activation.
        return list.validateOutputLayerConfig(false).build();
    }
}
