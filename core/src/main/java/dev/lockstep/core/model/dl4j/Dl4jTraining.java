package dev.lockstep.core.model.dl4j;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.loss.BinaryCrossentropyLoss;
import dev.lockstep.core.model.loss.CategoricalCrossentropyLoss;
import dev.lockstep.core.model.loss.CrossentropyLoss;
import dev.lockstep.core.model.loss.HingeLoss;
import dev.lockstep.core.model.loss.LossSpec;
import dev.lockstep.core.model.loss.MeanAbsoluteErrorLoss;
import dev.lockstep.core.model.loss.MeanAbsolutePercentageErrorLoss;
import dev.lockstep.core.model.loss.MeanSquaredErrorLoss;
import dev.lockstep.core.model.loss.MeanSquaredLogarithmicErrorLoss;
import dev.lockstep.core.model.loss.PerceptronLoss;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.optimizer.AdadeltaOptimizer;
import dev.lockstep.core.optimizer.AdamOptimizer;
import dev.lockstep.core.optimizer.MomentumOptimizer;
import dev.lockstep.core.optimizer.NesterovOptimizer;
import dev.lockstep.core.optimizer.OptimizerSpec;
import dev.lockstep.core.optimizer.SgdOptimizer;
import dev.lockstep.core.schema.Alternatives;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/**
 * A job's network as DL4J trains it all by itself: its own losses, updaters, penalties and dropout, each mapped to the
 * formula of the job file. For the compatibility mode; the engine never runs any of these.
 */
public final class Dl4jTraining {
    /** DL4J keeps a probability at least this far from 0 and 1, as Keras does. */
    private static final double PROBABILITY_MARGIN = 1e-7;

    /** Where DL4J has a loss of the name that computes something else. */
    private static final Map<Class<? extends LossSpec>, String> DIFFERENCES = Map.of(
            MeanAbsolutePercentageErrorLoss.class, "; its own divides by labels that are 0",
            MeanSquaredLogarithmicErrorLoss.class, "; its own is no number for outputs below -1",
            HingeLoss.class, "; its own adds up over the outputs and does not know labels of 0",
            PerceptronLoss.class, "; it cannot train a step");

    private Dl4jTraining() {}

    /** What of the job DL4J cannot train, a sentence for each with the key to change; empty when it can. */
    public static List<String> objections(NetworkPlan plan, OptimizerSpec optimizer) {
        List<String> objections = new ArrayList<>(Dl4jConfiguration.objectionsToLayers(plan));
        objections.addAll(plan.trainingObjections());
        if (plan.layers().stream().anyMatch(layer -> !layer.trainable())) {
            objections.add("model.frozen: what it freezes passes no gradients on, and normalises by the batch");
        }
        if (loss(plan) == null) {
            Class<? extends LossSpec> loss = plan.loss().getClass();
            objections.add("training.loss: " + Alternatives.nameOf(loss.asSubclass(Record.class))
                    + " has no counterpart by Keras's formula" + DIFFERENCES.getOrDefault(loss, ""));
        }
        if (updater(optimizer) == null) {
            objections.add(objection(optimizer));
        }
        return objections;
    }

    /**
     * DL4J's configuration of a network without objections. Its flat parameters have the layout of the plan.
     *
     * @param seed of DL4J's own random stream, which its dropout draws from
     */
    public static MultiLayerConfiguration configuration(NetworkPlan plan, OptimizerSpec optimizer, long seed) {
        ILossFunction loss = loss(plan);
        IUpdater updater = updater(optimizer);
        if (loss == null || updater == null) {
            throw new IllegalArgumentException("ask for objections first: " + objections(plan, optimizer));
        }
        return Dl4jConfiguration.of(plan, new OwnParts(loss, updater, seed));
    }

    /** Whether labels have to be vectors, one value for each output, for DL4J's loss. */
    public static boolean wantsOneHot(NetworkPlan plan) {
        return plan.loss() instanceof SparseCategoricalCrossentropyLoss;
    }

    /** A matrix of [rows, values.length / rows] with a copy of the values, row by row. */
    public static INDArray matrix(float[] values, int rows) {
        int columns = values.length / rows;
        INDArray matrix = Nd4j.createUninitializedDetached(DataType.FLOAT, rows, columns);
        FloatMemory.write(matrix, values, rows * columns);
        return matrix;
    }

    /** The values of a flat array. */
    public static float[] values(INDArray flat) {
        return flat.dup('c').data().asFloat();
    }

    private static String objection(OptimizerSpec optimizer) {
        if (optimizer instanceof SgdOptimizer) {
            return "training.optimizer.sgd: it knows momentum in Nesterov's form only; set nesterov: true, or momentum:"
                    + " 0";
        }
        if (optimizer instanceof MomentumOptimizer) {
            return "training.optimizer.momentum: it knows momentum in Nesterov's form only; choose nesterov";
        }
        if (optimizer instanceof AdadeltaOptimizer) {
            return "training.optimizer.adadelta: its Adadelta has no learning rate; set learning_rate: 1";
        }
        // It has optimizers of these names, too, but epsilon, bias corrections or first values are others.
        return "training.optimizer: it computes no "
                + Alternatives.nameOf(optimizer.getClass().asSubclass(Record.class))
                + " by the formula of the job file; choose sgd, nesterov, adadelta or adam";
    }

    static @Nullable ILossFunction loss(NetworkPlan plan) {
        LossSpec loss = plan.loss();
        if (loss instanceof MeanSquaredErrorLoss) {
            return new LossMSE();
        }
        if (loss instanceof MeanAbsoluteErrorLoss) {
            return new LossMAE();
        }
        if (loss instanceof BinaryCrossentropyLoss) {
            // DL4J adds up over the outputs, Keras takes their mean.
            int outputs = plan.outputShape().size();
            float[] weights = new float[outputs];
            Arrays.fill(weights, 1f / outputs);
            return new LossBinaryXENT(PROBABILITY_MARGIN, outputs == 1 ? null : matrix(weights, 1));
        }
        if (loss instanceof CategoricalCrossentropyLoss || loss instanceof SparseCategoricalCrossentropyLoss) {
            return new LossMCXENT(PROBABILITY_MARGIN, null);
        }
        return null;
    }

    static @Nullable IUpdater updater(OptimizerSpec optimizer) {
        if (optimizer instanceof AdamOptimizer adam) {
            return new Adam(adam.learningRate(), adam.beta1(), adam.beta2(), adam.epsilon());
        }
        if (optimizer instanceof SgdOptimizer sgd && sgd.momentum() == 0) {
            return new Sgd(sgd.learningRate());
        }
        if (optimizer instanceof SgdOptimizer sgd && sgd.nesterov()) {
            return new Nesterovs(sgd.learningRate(), sgd.momentum());
        }
        if (optimizer instanceof NesterovOptimizer nesterov) {
            return updater(nesterov.asSgd());
        }
        if (optimizer instanceof AdadeltaOptimizer adadelta && adadelta.learningRate() == 1) {
            return new AdaDelta(adadelta.rho(), adadelta.epsilon());
        }
        return null;
    }

    private record OwnParts(ILossFunction loss, IUpdater updater, long seed) implements PartsOfDl4j {
        @Override
        public void configure(NeuralNetConfiguration.Builder network) {
            network.updater(updater).seed(seed);
        }

        /** DL4J has no losses of logits. The activation in its own network is what the loss has in ours. */
        @Override
        public Activation lastActivation(NetworkPlan plan) {
            return plan.loss() instanceof CrossentropyLoss crossentropy
                    ? crossentropy.probabilities()
                    : plan.lastActivation();
        }
    }
}
