package dev.lockstep.core.model.layer;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.ParameterSpec;
import dev.lockstep.core.model.ParameterSpec.Role;
import dev.lockstep.core.model.RegularizerSpec;
import dev.lockstep.core.model.initializer.InitializerSpec;
import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * See {@link Named}. In the flat vector the bias comes first, then the kernel as DL4J keeps it for images of either order:
 * (filters, input channels, kernel height, kernel width), last fastest. So the weights of a filter lie channel by
 * channel, not as the values of a window do; Keras's index (y, x, channel, filter) is at
 * {@code ((filter * channels + channel) * kernelHeight + y) * kernelWidth + x} of the block. Initialisers give the block's
 * values in that order.
 *
 * @param filters number of output channels
 * @param kernelSize height and width of the window
 * @param strides cells between windows, down and right
 * @param padding at the border; padding cells are 0
 * @param activation of the outputs
 * @param useBias whether a bias is added, one value for each filter
 * @param kernelInitializer first values of the kernel
 * @param biasInitializer first values of the bias
 * @param kernelRegularizer penalty on the kernel
 * @param biasRegularizer penalty on the bias
 * @param name of the layer, or null
 */
@Named(
        value = "conv2d",
        doc =
                "Convolution of images (height, width, channels), channels last: activation(sum over the window of x kernel"
                        + " + bias). An image (height, width) has one channel.")
public record Conv2DLayer(
        @Setting("Number of filters: the channels of the output.") int filters,
        @Setting(value = "Height and width of the window; one number for both.", single = true)
                List<Integer> kernelSize,
        @Setting(
                        value = "Cells from one window to the next, down and right; one number for both.",
                        byDefault = "1",
                        single = true)
                List<Integer> strides,
        @Setting(value = "At the border; padding is 0.", byDefault = "valid") Padding padding,
        @Setting(value = "Activation function.", byDefault = "linear") Activation activation,
        @Setting(value = "Whether a bias is added.", byDefault = "true") boolean useBias,
        @Setting(value = "First values of the kernel.", byDefault = "glorot_uniform") InitializerSpec kernelInitializer,
        @Setting(value = "First values of the bias.", byDefault = "zeros") InitializerSpec biasInitializer,
        @Setting(value = "Penalty on the kernel.", byDefault = "{l2: 0}") RegularizerSpec kernelRegularizer,
        @Setting(value = "Penalty on the bias.", byDefault = "{l2: 0}") RegularizerSpec biasRegularizer,
        @Setting(value = "Name; made from the kind by default.", optional = true) @Nullable String name)
        implements WindowLayer {
    public Conv2DLayer {
        new Checks()
                .positive("filters", filters)
                .that("kernel_size", WindowLayer.isSize(kernelSize), SIZE, kernelSize)
                .that("strides", WindowLayer.isSize(strides), SIZE, strides)
                .done();
        kernelSize = WindowLayer.heightAndWidth(kernelSize);
        strides = WindowLayer.heightAndWidth(strides);
    }

    @Override
    public int kernelHeight() {
        return kernelSize.get(0);
    }

    @Override
    public int kernelWidth() {
        return kernelSize.get(1);
    }

    @Override
    public int strideHeight() {
        return strides.get(0);
    }

    @Override
    public int strideWidth() {
        return strides.get(1);
    }

    @Override
    public Shape outputShape(Shape input) {
        WindowGeometry windows = geometry(input);
        return Shape.of(windows.outputHeight(), windows.outputWidth(), filters);
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        int channels = geometry(input).inputChannels();
        int window = Math.multiplyExact(kernelHeight(), kernelWidth());
        int fanIn = Math.multiplyExact(window, channels);
        int fanOut = Math.multiplyExact(window, filters);
        List<ParameterSpec> parameters = new ArrayList<>();
        if (useBias) {
            parameters.add(new ParameterSpec(
                    "bias", Shape.of(filters), biasInitializer, fanIn, fanOut, biasRegularizer, Role.TRAINABLE));
        }
        parameters.add(new ParameterSpec(
                "kernel",
                Shape.of(kernelHeight(), kernelWidth(), channels, filters),
                kernelInitializer,
                fanIn,
                fanOut,
                kernelRegularizer,
                Role.TRAINABLE));
        return parameters;
    }
}
