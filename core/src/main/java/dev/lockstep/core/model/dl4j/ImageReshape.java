package dev.lockstep.core.model.dl4j;

import dev.lockstep.core.data.Shape;
import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.preprocessors.ReshapePreprocessor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Between rows [batch, values] and images [batch, height, width, channels], which lie in memory alike: height by height,
 * channels last.
 */
final class ImageReshape extends ReshapePreprocessor {
    private static final long serialVersionUID = 1L;

    @JsonCreator
    ImageReshape(@JsonProperty("inputShape") long[] inputShape, @JsonProperty("targetShape") long[] targetShape) {
        super(inputShape, targetShape, false);
    }

    static ImageReshape rowsToImages(Shape images) {
        return new ImageReshape(row(images), image(images));
    }

    static ImageReshape imagesToRows(Shape images) {
        return new ImageReshape(image(images), row(images));
    }

    /** Of as many values. */
    static ImageReshape imagesToImages(Shape from, Shape to) {
        return new ImageReshape(image(from), image(to));
    }

    private static long[] row(Shape shape) {
        return new long[] {shape.size()};
    }

    /** (height, width) has one channel. */
    private static long[] image(Shape shape) {
        List<Integer> sizes = shape.dimensions();
        return new long[] {sizes.get(0), sizes.get(1), shape.rank() == 2 ? 1 : sizes.get(2)};
    }

    /** DL4J infers sizes of layers from this, and would take the height of an image that was one before for channels. */
    @Override
    public InputType getOutputType(InputType inputType) {
        long[] sizes = getTargetShape();
        return sizes.length == 1
                ? InputType.feedForward(sizes[0])
                : InputType.convolutional(sizes[0], sizes[1], sizes[2], CNN2DFormat.NHWC);
    }

    /**
     * DL4J requires what goes into a layer to lie in a workspace, and leaves the network's input, which dropout passes on
     * in inference, outside of it.
     */
    @Override
    public INDArray preProcess(INDArray input, int miniBatchSize, LayerWorkspaceMgr workspaceManager) {
        INDArray reshaped = super.preProcess(input, miniBatchSize, workspaceManager);
        return reshaped.isAttached() ? reshaped : workspaceManager.dup(ArrayType.ACTIVATIONS, reshaped, 'c');
    }
}
