package dev.lockstep.spark.ml;

import java.io.Serializable;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;
import scala.Function1;

/** The params that {@link NeuralNetworkParams} gives to a learner, with their documentation and defaults. */
final class TrainingParams implements Serializable {
    private static final long serialVersionUID = 1L;

    final IntArrayParam layers;
    final IntArrayParam hiddenLayers;
    final Param<String> activation;
    final Param<String> network;
    final IntParam maxIter;
    final IntParam batchSize;
    final LongParam seed;
    final Param<String> solver;
    final DoubleParam stepSize;
    final IntParam patience;
    final DoubleParam tol;
    final Param<String> weightCol;
    final Param<String> validationIndicatorCol;
    final IntParam numWorkers;
    final Param<String> syncMode;
    final Param<String> runDirectory;
    final StringArrayParam job;

    /** Makes the params of a learner and sets their defaults. */
    TrainingParams(Params owner) {
        layers = new IntArrayParam(
                owner,
                "layers",
                "Sizes of the layers from input to output, as MultilayerPerceptronClassifier's: [4, 16, 3] is 4"
                        + " features, a hidden layer of 16, 3 outputs",
                atLeastTwo());
        hiddenLayers = new IntArrayParam(
                owner,
                "hiddenLayers",
                "Sizes of the hidden layers alone, where layers is not set: the features and the classes of the data"
                        + " say the others; none is a linear model");
        activation =
                new Param<>(owner, "activation", "Activation of the hidden layers, such as relu, sigmoid, tanh, gelu");
        network = new Param<>(
                owner,
                "network",
                "The layers as a list in YAML or JSON, as in model.layers of a job file; it comes before layers and"
                        + " hiddenLayers");
        maxIter = new IntParam(owner, "maxIter", "Passes over the training samples (epochs)", above(0));
        batchSize =
                new IntParam(owner, "batchSize", "Samples a step over all workers together, in every mode", above(0));
        seed = new LongParam(owner, "seed", "Seed of the first weights, the order of samples and dropout");
        solver = new Param<>(
                owner,
                "solver",
                "The optimizer: adam, sgd, momentum, nesterov, adagrad, rmsprop ..., as in training.optimizer of a job"
                        + " file; gd is sgd");
        stepSize = new DoubleParam(owner, "stepSize", "The learning rate; by default that of the optimizer", above(0));
        patience = new IntParam(
                owner,
                "patience",
                "Ends the training after so many epochs without an improvement of the validation loss (of the loss"
                        + " where nothing is validated), and gives the best model; 0 for never",
                ParamValidators.gtEq(0));
        tol = new DoubleParam(
                owner, "tol", "By how much the loss has to be better to be an improvement", ParamValidators.gtEq(0));
        weightCol = new Param<>(owner, "weightCol", "Column of the samples' weights; none by default");
        validationIndicatorCol = new Param<>(
                owner,
                "validationIndicatorCol",
                "Column that is true for rows which are validated on instead of trained with; none by default");
        numWorkers = new IntParam(
                owner, "numWorkers", "Workers; by default as many tasks as the session can run at once", above(0));
        syncMode = new Param<>(
                owner,
                "syncMode",
                "How the workers' updates become one model, as in cluster.sync of a job file: gradient_sharing or"
                        + " parameter_averaging, with settings as {parameter_averaging: {every: 8}}");
        runDirectory = new Param<>(
                owner,
                "runDirectory",
                "Hadoop URI where the run is kept, with checkpoints: a fit that was killed goes on from there. By"
                        + " default a temporary directory");
        job = new StringArrayParam(
                owner, "job", "Further settings of a job file as KEY=VALUE, such as training.clip_norm=1");
        setDefaults(owner);
    }

    private void setDefaults(Params owner) {
        owner.setDefault(hiddenLayers, new int[0]);
        owner.setDefault(activation, "relu");
        owner.setDefault(maxIter, 100);
        owner.setDefault(batchSize, 32);
        owner.setDefault(seed, 42L);
        owner.setDefault(solver, "adam");
        owner.setDefault(patience, 0);
        owner.setDefault(tol, 0.0);
        owner.setDefault(syncMode, "gradient_sharing");
        owner.setDefault(job, new String[0]);
    }

    /** Java sees this validator as one of any object. */
    @SuppressWarnings("unchecked")
    private static Function1<int[], Object> atLeastTwo() {
        return (Function1<int[], Object>) (Function1<?, Object>) ParamValidators.arrayLengthGt(1);
    }

    private static Function1<Object, Object> above(double limit) {
        return ParamValidators.gt(limit);
    }
}
