package dev.lockstep.core.oracle;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.layer.FlattenLayer;
import dev.lockstep.core.model.layer.GlobalAveragePooling2DLayer;
import dev.lockstep.core.model.layer.InputLayer;
import dev.lockstep.core.model.layer.LayerSpec;
import dev.lockstep.core.model.layer.Padding;
import dev.lockstep.core.model.loss.MeanSquaredErrorLoss;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import java.util.List;
import java.util.stream.Stream;

/** Small networks on images, by name: what every replica and the reference are tried with. */
public final class ImageNetworks {
    private static final List<Integer> ONE = List.of(1, 1);
    private static final List<Integer> TWO = List.of(2, 2);
    private static final Shape IMAGE = Shape.of(6, 7, 3);

    private ImageNetworks() {}

    /** A network with a name for messages. */
    public record Case(String name, NetworkPlan plan) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Convolutions, poolings, and both between other layers. */
    public static Stream<Case> cases() {
        return Stream.of(convolutions(), poolings(), mixed(), reshaped()).flatMap(cases -> cases);
    }

    private static Stream<Case> convolutions() {
        return Stream.of(Padding.values()).flatMap(padding -> Stream.of(true, false)
                .flatMap(useBias -> Stream.of(ONE, TWO, List.of(1, 2)).map(strides -> {
                    LayerSpec convolution =
                            Networks.convolution(4, List.of(3, 2), strides, padding, Activation.TANH, useBias);
                    String name = "conv2d " + padding + (useBias ? " with bias " : " without bias ") + strides;
                    return before(
                            name,
                            IMAGE,
                            convolution,
                            Networks.convolution(2, TWO, ONE, padding, Activation.SIGMOID, useBias));
                })));
    }

    private static Stream<Case> poolings() {
        LayerSpec first = Networks.convolution(3, TWO, ONE, Padding.SAME, Activation.TANH);
        return Stream.of(Padding.values()).flatMap(padding -> Stream.of(ONE, TWO, List.of(2, 3))
                .flatMap(strides -> Stream.of(
                        before(
                                "max " + padding + strides,
                                IMAGE,
                                first,
                                Networks.maxPooling(List.of(3, 2), strides, padding)),
                        before(
                                "average " + padding + strides,
                                IMAGE,
                                first,
                                Networks.averagePooling(List.of(3, 2), strides, padding)))));
    }

    private static Stream<Case> mixed() {
        LayerSpec five = Networks.convolution(3, List.of(5, 5), ONE, Padding.SAME, Activation.RELU);
        return Stream.of(
                before("grey image", Shape.of(6, 5), five, Networks.maxPooling(TWO, TWO, Padding.VALID)),
                before("pooling first", Shape.of(6, 5), Networks.averagePooling(TWO, TWO, Padding.SAME), five),
                before("window larger than the image", Shape.of(3, 2, 2), five),
                before(
                        "dropout of images",
                        IMAGE,
                        Networks.dropout(0.2),
                        five,
                        Networks.dropout(0.4),
                        Networks.maxPooling(TWO, ONE, Padding.SAME),
                        Networks.dropout(0.3)),
                new Case(
                        "images as outputs",
                        Networks.plan(
                                IMAGE,
                                new MeanSquaredErrorLoss(),
                                five,
                                Networks.convolution(2, ONE, ONE, Padding.VALID, Activation.TANH))),
                new Case(
                        "pooled images as outputs",
                        Networks.plan(
                                IMAGE,
                                new MeanSquaredErrorLoss(),
                                five,
                                Networks.averagePooling(TWO, TWO, Padding.SAME))),
                new Case("small lenet", lenet(Shape.of(14, 14), 4, 6, 16)));
    }

    /** Layers between images and rows, and between images of several shapes. */
    private static Stream<Case> reshaped() {
        LayerSpec three = Networks.convolution(3, TWO, ONE, Padding.SAME, Activation.LINEAR);
        LayerSpec globalPooling = new GlobalAveragePooling2DLayer(null);
        LayerSpec last = Networks.dense(4, Activation.SOFTMAX);
        return Stream.of(
                of("global average", IMAGE, three, Networks.activation(Activation.GELU), globalPooling, last),
                of("global average of a grey image", Shape.of(6, 5), three, globalPooling, last),
                of("global average of values", IMAGE, globalPooling, Networks.dense(3, Activation.TANH), last),
                new Case(
                        "global averages as outputs",
                        Networks.plan(IMAGE, new MeanSquaredErrorLoss(), three, globalPooling)),
                of(
                        "rows to images to images",
                        Shape.of(24),
                        new InputLayer(List.of(24), null),
                        Networks.dense(36, Activation.TANH),
                        Networks.reshape(6, 6),
                        three,
                        Networks.reshape(9, -1, 2),
                        Networks.convolution(2, TWO, TWO, Padding.VALID, Activation.HARD_SIGMOID),
                        Networks.reshape(-1),
                        last),
                of(
                        "rows to images to averages",
                        Shape.of(24),
                        Networks.dense(36, Activation.TANH),
                        Networks.reshape(4, 3, 3),
                        globalPooling,
                        last),
                before(
                        "activations between images",
                        IMAGE,
                        Networks.activation(Activation.TANH),
                        three,
                        Networks.activation(Activation.LEAKY_RELU),
                        Networks.maxPooling(TWO, TWO, Padding.VALID),
                        Networks.activation(Activation.SIGMOID)),
                new Case(
                        "activation of images as outputs",
                        Networks.plan(IMAGE, new MeanSquaredErrorLoss(), three, Networks.activation(Activation.SELU))));
    }

    /** LeNet's two convolutions and poolings before two dense layers. */
    public static NetworkPlan lenet(Shape input, int filters, int moreFilters, int units) {
        return Networks.plan(
                input,
                new SparseCategoricalCrossentropyLoss(),
                Networks.convolution(filters, List.of(5, 5), ONE, Padding.SAME, Activation.RELU),
                Networks.maxPooling(TWO, TWO, Padding.VALID),
                Networks.convolution(moreFilters, List.of(5, 5), ONE, Padding.VALID, Activation.RELU),
                Networks.maxPooling(TWO, TWO, Padding.SAME),
                new FlattenLayer(null),
                Networks.dense(units, Activation.RELU),
                Networks.dense(5, Activation.SOFTMAX));
    }

    /** With batch normalisation between convolutions; not every replica has it there. */
    public static Case normalized() {
        return before(
                "batch normalization of images",
                IMAGE,
                Networks.normalization(0.9),
                Networks.convolution(3, TWO, ONE, Padding.VALID, Activation.LINEAR),
                Networks.normalization(0.9),
                Networks.maxPooling(TWO, TWO, Padding.SAME));
    }

    /** With a softmax inside; not every replica has it there. */
    public static Case softmaxOverChannels() {
        return before(
                "softmax over the channels",
                IMAGE,
                Networks.convolution(4, TWO, TWO, Padding.VALID, Activation.SOFTMAX));
    }

    /** The same of a softmax as a layer of its own. */
    public static Case softmaxLayerOverChannels() {
        return before(
                "softmax layer over the channels",
                IMAGE,
                Networks.convolution(4, TWO, TWO, Padding.VALID, Activation.TANH),
                Networks.activation(Activation.SOFTMAX));
    }

    /** Layers before a small classifier, in which every value has a weight of its own. */
    private static Case before(String name, Shape input, LayerSpec... layers) {
        LayerSpec[] classifier = {new FlattenLayer(null), Networks.dense(4, Activation.SOFTMAX)};
        return of(
                name,
                input,
                Stream.concat(Stream.of(layers), Stream.of(classifier)).toArray(LayerSpec[]::new));
    }

    private static Case of(String name, Shape input, LayerSpec... layers) {
        return new Case(name, Networks.plan(input, new SparseCategoricalCrossentropyLoss(), layers));
    }
}
