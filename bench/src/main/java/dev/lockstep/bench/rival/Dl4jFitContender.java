package dev.lockstep.bench.rival;

import dev.lockstep.bench.BenchmarkData;
import dev.lockstep.bench.Contender;
import dev.lockstep.bench.Workload;
import dev.lockstep.core.data.MiniBatch;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * DL4J's own {@code fit} with its own updater, one thread, on batches made beforehand. It runs on the OpenBLAS and the
 * collector that are fastest for it, not on those it comes with.
 */
public final class Dl4jFitContender implements Contender {
    private static final double LEARNING_RATE = 0.001;
    private static final double WARM_UP_NANOSECONDS = 3e9;

    private final Workload workload;
    private final MultiLayerNetwork network;
    private final List<DataSet> batches;
    private int next;

    /** A network at its beginning. */
    public Dl4jFitContender(Workload workload, BenchmarkData data) {
        this.workload = workload;
        network = new MultiLayerNetwork(workload == Workload.MLP ? mlp() : cnn());
        network.init();
        batches = data.batches(workload.batchSize()).stream()
                .map(Dl4jFitContender::dataSet)
                .toList();
    }

    private static MultiLayerConfiguration mlp() {
        return new NeuralNetConfiguration.Builder()
                .seed(42)
                .updater(new Adam(LEARNING_RATE))
                .list()
                .layer(dense(128))
                .layer(dense(64))
                .layer(output())
                .setInputType(InputType.feedForward(BenchmarkData.SIDE * BenchmarkData.SIDE))
                .build();
    }

    private static MultiLayerConfiguration cnn() {
        return new NeuralNetConfiguration.Builder()
                .seed(42)
                .updater(new Adam(LEARNING_RATE))
                .list()
                .layer(convolution(20))
                .layer(pooling())
                .layer(convolution(50))
                .layer(pooling())
                .layer(dense(500))
                .layer(output())
                .setInputType(InputType.convolutionalFlat(BenchmarkData.SIDE, BenchmarkData.SIDE, 1))
                .build();
    }

    private static DenseLayer dense(int units) {
        return new DenseLayer.Builder().nOut(units).activation(Activation.RELU).build();
    }

    private static ConvolutionLayer convolution(int filters) {
        return new ConvolutionLayer.Builder(5, 5)
                .nOut(filters)
                .activation(Activation.RELU)
                .build();
    }

    private static SubsamplingLayer pooling() {
        return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                .kernelSize(2, 2)
                .stride(2, 2)
                .build();
    }

    private static OutputLayer output() {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(BenchmarkData.CLASSES)
                .activation(Activation.SOFTMAX)
                .build();
    }

    private static DataSet dataSet(MiniBatch batch) {
        INDArray features = Nd4j.create(batch.features().clone(), new int[] {batch.size(), batch.featureCount()});
        INDArray labels = Nd4j.zeros(batch.size(), BenchmarkData.CLASSES);
        for (int row = 0; row < batch.size(); row++) {
            labels.putScalar(row, (int) batch.labels()[row], 1);
        }
        return new DataSet(features, labels);
    }

    @Override
    public String prepare() {
        long started = System.nanoTime();
        while (System.nanoTime() - started < WARM_UP_NANOSECONDS) {
            step();
        }
        return "1 thread, batches in memory";
    }

    private void step() {
        network.fit(batches.get(next));
        next = (next + 1) % batches.size();
    }

    @Override
    public double rate(int steps) {
        long started = System.nanoTime();
        for (int step = 0; step < steps; step++) {
            step();
        }
        return steps * (double) workload.batchSize() / ((System.nanoTime() - started) / 1e9);
    }

    @Override
    public void close() {
        network.close();
    }
}
