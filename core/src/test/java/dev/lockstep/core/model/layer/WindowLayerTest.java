package dev.lockstep.core.model.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.ParameterSpec;
import dev.lockstep.core.model.loss.MeanSquaredErrorLoss;
import dev.lockstep.core.oracle.Networks;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WindowLayerTest {
    private static final int LARGEST = 9;

    /** TensorFlow's documentation writes the padding of "same" by remainders; the record writes it by outputs. */
    @Test
    void geometryIsTensorFlows() {
        for (int input = 1; input <= LARGEST; input++) {
            for (int kernel = 1; kernel <= LARGEST; kernel++) {
                for (int stride = 1; stride <= LARGEST; stride++) {
                    String what = "input %d, kernel %d, stride %d".formatted(input, kernel, stride);
                    WindowGeometry same = height(input, kernel, stride, Padding.SAME);
                    int missing = Math.max(kernel - (input % stride == 0 ? stride : input % stride), 0);
                    assertThat(same.outputHeight()).as(what).isEqualTo((input + stride - 1) / stride);
                    assertThat(same.padTop()).as(what).isEqualTo(missing / 2);
                    if (kernel <= input) {
                        WindowGeometry valid = height(input, kernel, stride, Padding.VALID);
                        assertThat(valid.outputHeight()).as(what).isEqualTo((input - kernel) / stride + 1);
                        assertThat(valid.padTop()).as(what).isZero();
                    }
                }
            }
        }
    }

    private static WindowGeometry height(int input, int kernel, int stride, Padding padding) {
        return Networks.maxPooling(List.of(kernel, 1), List.of(stride, 1), padding)
                .geometry(Shape.of(input, 5, 3));
    }

    @Test
    void heightAndWidthAreNotMixedUp() {
        WindowGeometry windows = Networks.convolution(7, List.of(2, 5), List.of(1, 3), Padding.SAME, Activation.LINEAR)
                .geometry(Shape.of(6, 10, 4));
        assertThat(windows).isEqualTo(new WindowGeometry(6, 10, 4, 2, 5, 1, 3, 6, 4, 0, 2));
    }

    @Test
    void largeNumbersDoNotOverflow() {
        WindowGeometry windows = height(6, Integer.MAX_VALUE, Integer.MAX_VALUE, Padding.SAME);
        assertThat(windows.outputHeight()).isEqualTo(1);
        assertThat(windows.padTop()).isEqualTo((Integer.MAX_VALUE - 6) / 2);
    }

    @Test
    void aConvolutionsParametersAreBiasAndKernel() {
        Conv2DLayer layer = Networks.convolution(20, List.of(5, 4), List.of(1, 1), Padding.VALID, Activation.RELU);
        assertThat(layer.outputShape(Shape.of(28, 28))).isEqualTo(Shape.of(24, 25, 20));
        assertThat(layer.parameters(Shape.of(28, 28, 3)))
                .extracting(ParameterSpec::name, ParameterSpec::shape, ParameterSpec::fanIn, ParameterSpec::fanOut)
                .containsExactly(tuple("bias", Shape.of(20), 60, 400), tuple("kernel", Shape.of(5, 4, 3, 20), 60, 400));
        Conv2DLayer withoutBias =
                Networks.convolution(20, List.of(5, 4), List.of(1, 1), Padding.VALID, Activation.RELU, false);
        assertThat(withoutBias.parameters(Shape.of(28, 28)))
                .extracting(ParameterSpec::name, ParameterSpec::shape)
                .containsExactly(tuple("kernel", Shape.of(5, 4, 1, 20)));
    }

    @Test
    void poolingKeepsTheChannels() {
        List<Integer> two = List.of(2, 2);
        assertThat(Networks.maxPooling(two, two, Padding.VALID).outputShape(Shape.of(7, 9, 3)))
                .isEqualTo(Shape.of(3, 4, 3));
        assertThat(Networks.averagePooling(two, two, Padding.SAME).outputShape(Shape.of(7, 9)))
                .isEqualTo(Shape.of(4, 5, 1));
    }

    @Test
    void whatIsNoImageOrTooSmallIsRefusedByName() {
        LayerSpec layer = Networks.convolution(1, List.of(3, 3), List.of(1, 1), Padding.VALID, Activation.RELU);
        assertThatThrownBy(() -> Networks.plan(784, new MeanSquaredErrorLoss(), layer))
                .hasMessage("layer \"conv2d\": expects images (height, width, channels) or (height, width), the input"
                        + " has shape (784); put a reshape layer before it");
        assertThatThrownBy(() -> Networks.plan(Shape.of(4, 2, 1), new MeanSquaredErrorLoss(), layer))
                .hasMessageContaining(
                        "layer \"conv2d\": a window of 3 x 3 does not fit into the input of shape" + " (4, 2, 1)");
    }

    @Test
    void aJobFileMayGiveOneNumberForBothSides() {
        assertThat(
                        layers(
                                """
                        - conv2d: {filters: 20, kernel_size: 5}
                        - conv2d: {filters: 8, kernel_size: [3, 2], strides: [2], padding: same, use_bias: false}
                        - max_pooling2d
                        - max_pooling2d: {pool_size: [3, 2]}
                        - average_pooling2d: {pool_size: 3, strides: [2, 1], padding: same, name: mean}
                        """))
                .extracting(layer -> (Object) List.of(
                        layer.kernelHeight(),
                        layer.kernelWidth(),
                        layer.strideHeight(),
                        layer.strideWidth(),
                        layer.padding()))
                .containsExactly(
                        List.of(5, 5, 1, 1, Padding.VALID),
                        List.of(3, 2, 2, 2, Padding.SAME),
                        List.of(2, 2, 2, 2, Padding.VALID),
                        List.of(3, 2, 3, 2, Padding.VALID),
                        List.of(3, 3, 2, 1, Padding.SAME));
        assertThat(layers("- max_pooling2d: {pool_size: 3}"))
                .as("a default that is spelt out is no other job")
                .isEqualTo(layers("- max_pooling2d: {pool_size: [3, 3], strides: 3}"));
    }

    @Test
    void wrongSizesAreReportedTogetherWithTheirLines() {
        assertThatThrownBy(
                        () -> layers(
                                """
                        - conv2d: {filters: 0, kernel_size: [3, 0], strides: [1, 1, 1]}
                        - max_pooling2d: {pool_size: []}
                        - average_pooling2d: {pool_size: two}
                        - conv2d: {filters: 1, kernel_size: 2, padding: valid_}
                        """))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("model.layers.0.conv2d.filters: expected a whole number above 0, found 0")
                .hasMessageContaining(
                        "model.layers.0.conv2d.kernel_size: expected " + WindowLayer.SIZE + ", found [3, 0]")
                .hasMessageContaining(
                        "model.layers.0.conv2d.strides: expected " + WindowLayer.SIZE + ", found [1, 1, 1]")
                .hasMessageContaining("model.layers.1.max_pooling2d.pool_size")
                .hasMessageContaining("model.layers.2.average_pooling2d.pool_size.0: expected a whole number")
                .hasMessageContaining("did you mean \"valid\"");
    }

    private static List<WindowLayer> layers(String yaml) {
        String job =
                """
                name: windows
                data: {format: digits}
                training: {loss: mse, batch_size: 2, epochs: 1}
                model:
                  layers:
                """
                        + yaml.stripTrailing().indent(4);
        return JobFile.read(job, "windows.yaml", List.of(), Map.of()).model().layers().stream()
                .map(WindowLayer.class::cast)
                .toList();
    }
}
