package dev.lockstep.spark.dl4j;

import org.apache.spark.SparkContext;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.LongAccumulator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Counts what the workers really did, which DL4J does not tell: samples and the sum of their losses. DL4J's score is
 * the mean over the minibatch before the step, penalties included.
 */
final class StepLedger implements TrainingHook {
    private static final long serialVersionUID = 1L;

    private final LongAccumulator samples;
    private final DoubleAccumulator lossSum;

    StepLedger(SparkContext spark) {
        samples = spark.longAccumulator("samples");
        lossSum = spark.doubleAccumulator("loss sum");
    }

    void clear() {
        samples.reset();
        lossSum.reset();
    }

    long samples() {
        return samples.sum();
    }

    double lossSum() {
        return lossSum.sum();
    }

    @Override
    public void postUpdate(DataSet minibatch, Model model) {
        int count = minibatch.numExamples();
        samples.add((long) count);
        lossSum.add(model.score() * count);
    }

    @Override
    public void preUpdate(DataSet minibatch, Model model) {}

    @Override
    public void preUpdate(MultiDataSet minibatch, Model model) {}

    @Override
    public void postUpdate(MultiDataSet minibatch, Model model) {
        throw new UnsupportedOperationException("a stack of layers has one input and one output");
    }
}
