package dev.lockstep.core.model.dl4j;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.layer.AveragePooling2DLayer;
import dev.lockstep.core.model.layer.Conv2DLayer;
import dev.lockstep.core.model.layer.GlobalAveragePooling2DLayer;
import dev.lockstep.core.model.layer.MaxPooling2DLayer;
import dev.lockstep.core.model.layer.Padding;
import dev.lockstep.core.model.layer.PoolingLayer;
import dev.lockstep.core.model.layer.WindowLayer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer.PoolingType;
import org.jspecify.annotations.Nullable;

/** The layers that move a window over images, channels last. */
final class WindowTranslations {
    static final LayerTranslation<Conv2DLayer> CONVOLUTION = new Convolution();
    static final LayerTranslation<MaxPooling2DLayer> MAX_POOLING = new Pooling<>(PoolingType.MAX);
    static final LayerTranslation<AveragePooling2DLayer> AVERAGE_POOLING = new Pooling<>(PoolingType.AVG);

    static final LayerTranslation<GlobalAveragePooling2DLayer> GLOBAL_AVERAGE_POOLING = new GlobalPooling();

    private WindowTranslations() {}

    /** DL4J's "same" is Keras's: the smaller half of the padding comes first. */
    private static ConvolutionMode mode(Padding padding) {
        return padding == Padding.SAME ? ConvolutionMode.Same : ConvolutionMode.Truncate;
    }

    private static int[] kernel(WindowLayer spec) {
        return new int[] {spec.kernelHeight(), spec.kernelWidth()};
    }

    private static int[] strides(WindowLayer spec) {
        return new int[] {spec.strideHeight(), spec.strideWidth()};
    }

    private static final class Convolution implements LayerTranslation<Conv2DLayer> {
        /** Measured in 1.0.0-M2.1: forward it is the softmax over the channels, backward the gradient of a bias is 0. */
        @Override
        public @Nullable String objection(PlannedLayer layer) {
            return layer.spec() instanceof Conv2DLayer convolution && convolution.activation() == Activation.SOFTMAX
                    ? "it differentiates softmax over the channels of images wrongly; choose another activation"
                    : null;
        }

        @Override
        public boolean isOfImages(PlannedLayer layer) {
            return true;
        }

        @Override
        public Layer translate(Conv2DLayer spec, PlannedLayer layer, Dl4jConfiguration.Parts parts) {
            ConvolutionLayer.Builder builder = new ConvolutionLayer.Builder(kernel(spec), strides(spec))
                    .convolutionMode(mode(spec.padding()))
                    .dataFormat(CNN2DFormat.NHWC)
                    .hasBias(spec.useBias())
                    .nIn(spec.geometry(layer.input()).inputChannels())
                    .nOut(spec.filters());
            parts.penalise(builder, spec.kernelRegularizer(), spec.biasRegularizer());
            return builder.activation(ActivationTranslations.of(spec.activation()))
                    .build();
        }
    }

    /** DL4J's mean counts the cells inside the image only, as Keras's does. */
    private record Pooling<L extends PoolingLayer>(PoolingType type) implements LayerTranslation<L> {
        @Override
        public boolean isOfImages(PlannedLayer layer) {
            return true;
        }

        @Override
        public Layer translate(L spec, PlannedLayer layer, Dl4jConfiguration.Parts parts) {
            return new SubsamplingLayer.Builder(type, kernel(spec), strides(spec))
                    .convolutionMode(mode(spec.padding()))
                    .dataFormat(CNN2DFormat.NHWC)
                    .build();
        }
    }

    /** DL4J's takes images and gives rows. */
    private static final class GlobalPooling implements LayerTranslation<GlobalAveragePooling2DLayer> {
        private static final int HEIGHT_DIMENSION = 1;
        private static final int WIDTH_DIMENSION = 2;

        @Override
        public boolean isOfImages(PlannedLayer layer) {
            return true;
        }

        @Override
        public Layer translate(GlobalAveragePooling2DLayer spec, PlannedLayer layer, Dl4jConfiguration.Parts parts) {
            return new GlobalPoolingLayer.Builder(org.deeplearning4j.nn.conf.layers.PoolingType.AVG)
                    .poolingDimensions(HEIGHT_DIMENSION, WIDTH_DIMENSION)
                    .build();
        }
    }
}
