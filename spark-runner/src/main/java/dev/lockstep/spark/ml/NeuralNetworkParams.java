package dev.lockstep.spark.ml;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * What can be set of a neural network beside the columns, as the setters of Spark ML's learners. {@code explainParams()}
 * tells what each means.
 *
 * @param <E> the learner
 */
public interface NeuralNetworkParams<E extends NeuralNetworkParams<E>> extends Params {
    /** The params themselves; not for callers. */
    TrainingParams trainingParams();

    /** Sizes of all layers. */
    default IntArrayParam layers() {
        return trainingParams().layers;
    }

    /** Sets {@link #layers}. */
    default E setLayers(int[] value) {
        return with(layers(), value);
    }

    /** Sizes of the hidden layers. */
    default IntArrayParam hiddenLayers() {
        return trainingParams().hiddenLayers;
    }

    /** Sets {@link #hiddenLayers}. */
    default E setHiddenLayers(int[] value) {
        return with(hiddenLayers(), value);
    }

    /** Activation of the hidden layers. */
    default Param<String> activation() {
        return trainingParams().activation;
    }

    /** Sets {@link #activation}. */
    default E setActivation(String value) {
        return with(activation(), value);
    }

    /** The layers in the language of job files. */
    default Param<String> network() {
        return trainingParams().network;
    }

    /** Sets {@link #network}. */
    default E setNetwork(String value) {
        return with(network(), value);
    }

    /** Epochs. */
    default IntParam maxIter() {
        return trainingParams().maxIter;
    }

    /** Sets {@link #maxIter}. */
    default E setMaxIter(int value) {
        return with(maxIter(), value);
    }

    /** Samples a step. */
    default IntParam batchSize() {
        return trainingParams().batchSize;
    }

    /** Sets {@link #batchSize}. */
    default E setBatchSize(int value) {
        return with(batchSize(), value);
    }

    /** Sets {@link #batchSize} under the name that MultilayerPerceptronClassifier has for it. */
    default E setBlockSize(int value) {
        return setBatchSize(value);
    }

    /** The seed. */
    default LongParam seed() {
        return trainingParams().seed;
    }

    /** Sets {@link #seed}. */
    default E setSeed(long value) {
        return with(seed(), value);
    }

    /** The optimizer. */
    default Param<String> solver() {
        return trainingParams().solver;
    }

    /** Sets {@link #solver}. */
    default E setSolver(String value) {
        return with(solver(), value);
    }

    /** The learning rate. */
    default DoubleParam stepSize() {
        return trainingParams().stepSize;
    }

    /** Sets {@link #stepSize}. */
    default E setStepSize(double value) {
        return with(stepSize(), value);
    }

    /** Epochs without an improvement that end the training. */
    default IntParam patience() {
        return trainingParams().patience;
    }

    /** Sets {@link #patience}. */
    default E setPatience(int value) {
        return with(patience(), value);
    }

    /** What an improvement is. */
    default DoubleParam tol() {
        return trainingParams().tol;
    }

    /** Sets {@link #tol}. */
    default E setTol(double value) {
        return with(tol(), value);
    }

    /** Column of weights. */
    default Param<String> weightCol() {
        return trainingParams().weightCol;
    }

    /** Sets {@link #weightCol}. */
    default E setWeightCol(String value) {
        return with(weightCol(), value);
    }

    /** Column that tells rows to validate on. */
    default Param<String> validationIndicatorCol() {
        return trainingParams().validationIndicatorCol;
    }

    /** Sets {@link #validationIndicatorCol}. */
    default E setValidationIndicatorCol(String value) {
        return with(validationIndicatorCol(), value);
    }

    /** How many workers. */
    default IntParam numWorkers() {
        return trainingParams().numWorkers;
    }

    /** Sets {@link #numWorkers}. */
    default E setNumWorkers(int value) {
        return with(numWorkers(), value);
    }

    /** How the workers' updates become one model. */
    default Param<String> syncMode() {
        return trainingParams().syncMode;
    }

    /** Sets {@link #syncMode}. */
    default E setSyncMode(String value) {
        return with(syncMode(), value);
    }

    /** Where the run is kept. */
    default Param<String> runDirectory() {
        return trainingParams().runDirectory;
    }

    /** Sets {@link #runDirectory}. */
    default E setRunDirectory(String value) {
        return with(runDirectory(), value);
    }

    /** Further settings of a job file. */
    default StringArrayParam job() {
        return trainingParams().job;
    }

    /** Sets {@link #job}. */
    default E setJob(String... value) {
        return with(job(), value);
    }

    /** Sets a param. */
    @SuppressWarnings("unchecked")
    private <T> E with(Param<T> param, T value) {
        set(param, value);
        return (E) this;
    }
}
