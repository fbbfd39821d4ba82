package dev.lockstep.core.model.dl4j;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Batch normalisation that always uses its running statistics, as a frozen layer of Keras does, and passes gradients on:
 * dx = gamma / sqrt(variance + epsilon) dy. DL4J's own FrozenLayer ends the backward pass.
 */
final class FrozenNormalization extends BatchNormalization {
    private static final long serialVersionUID = 1L;

    FrozenNormalization(BatchNormalization settings) {
        setDecay(settings.getDecay());
        setEps(settings.getEps());
        setUseLogStd(settings.isUseLogStd());
        setCnn2DFormat(settings.getCnn2DFormat());
        setNIn(settings.getNIn());
        setNOut(settings.getNOut());
        setActivationFn(settings.getActivationFn());
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration configuration,
            Collection<TrainingListener> listeners,
            int index,
            INDArray parameters,
            boolean initialise,
            DataType networkType) {
        Computation computation = new Computation(configuration, networkType);
        computation.setListeners(listeners);
        computation.setIndex(index);
        computation.setParamsViewArray(parameters);
        Map<String, INDArray> table = initializer().init(configuration, parameters, initialise);
        computation.setParamTable(table);
        computation.setConf(configuration);
        return computation;
    }

    /** What DL4J computes with. */
    private static final class Computation extends org.deeplearning4j.nn.layers.normalization.BatchNormalization {
        private static final long serialVersionUID = 1L;

        Computation(NeuralNetConfiguration configuration, DataType type) {
            super(configuration, type);
        }

        @Override
        public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
            return super.activate(false, workspaces);
        }

        @Override
        public Pair<Gradient, INDArray> backpropGradient(INDArray outputGradient, LayerWorkspaceMgr workspaces) {
            INDArray variance = getParam(BatchNormalizationParamInitializer.GLOBAL_VAR);
            INDArray deviation = Transforms.sqrt(variance.add(layerConf().getEps()), false);
            INDArray scale = getParam(BatchNormalizationParamInitializer.GAMMA).div(deviation);
            // Features are the last dimension, of rows and of images.
            long[] shape = new long[outputGradient.rank()];
            Arrays.fill(shape, 1);
            shape[shape.length - 1] = scale.length();
            INDArray inputGradient = outputGradient.mul(scale.reshape(shape));
            return new Pair<>(new DefaultGradient(), workspaces.leverageTo(ArrayType.ACTIVATION_GRAD, inputGradient));
        }
    }
}
