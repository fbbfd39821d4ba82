package dev.lockstep.bench.torch;

import dev.lockstep.bench.BenchmarkData;
import dev.lockstep.bench.Workload;
import dev.lockstep.core.data.MiniBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A training with libtorch: batches as tensors made beforehand, backward, merge, Adam. Used by one thread. */
@SuppressWarnings("try") // a scope of temporaries is never named
final class TorchTraining implements AutoCloseable {
    private static final double LEARNING_RATE = 0.001;

    private record Batch(Tensor features, Tensor labels) {}

    private final int workers;
    private final int batchSize;
    private final TorchNetwork network;
    private final Adam optimizer;
    private final List<Batch> batches = new ArrayList<>();
    private final Consumer<Tensor> merge;
    private int next;

    /**
     * A training from its beginning.
     *
     * @param batchSize samples a step of this worker
     * @param workers who train together
     * @param merge replaces a gradient by its sum over the workers
     */
    TorchTraining(
            Workload workload,
            BenchmarkData data,
            int batchSize,
            TorchSettings settings,
            int workers,
            Consumer<Tensor> merge) {
        this.workers = workers;
        this.batchSize = batchSize;
        this.merge = merge;
        torch.set_num_threads(settings.threads());
        openblas.blas_set_num_threads(settings.threads());
        // Adam's moments decay into denormal numbers, which cost it a multiple.
        Context.setFlushDenormal(true);
        network = new TorchNetwork(workload, settings.channelsLast());
        optimizer = new Adam(
                settings.flatOptimizer() ? network.flatParameters() : network.eachParameter(),
                new AdamOptions(LEARNING_RATE));
        for (MiniBatch batch : data.batches(batchSize)) {
            batches.add(new Batch(features(batch), labels(batch)));
        }
    }

    private Tensor features(MiniBatch batch) {
        return network.arrange(Tensor.create(batch.features(), batch.size(), batch.featureCount()));
    }

    private static Tensor labels(MiniBatch batch) {
        long[] classes = new long[batch.size()];
        for (int row = 0; row < classes.length; row++) {
            classes[row] = (long) batch.labels()[row];
        }
        return Tensor.create(classes);
    }

    /** Trains some steps and returns the samples a second of this worker. */
    double samplesPerSecond(int steps) {
        long started = System.nanoTime();
        for (int step = 0; step < steps; step++) {
            step();
        }
        return steps * (double) batchSize / ((System.nanoTime() - started) / 1e9);
    }

    /** One step. */
    void step() {
        Batch batch = batches.get(next);
        next = (next + 1) % batches.size();
        try (PointerScope temporaries = new PointerScope()) {
            network.backward(batch.features(), batch.labels(), workers);
            merge.accept(network.gradient());
            optimizer.step();
        }
    }

    /** The mean loss over all batches, without training. */
    double loss() {
        double sum = 0;
        for (Batch batch : batches) {
            try (PointerScope temporaries = new PointerScope()) {
                sum += network.backward(batch.features(), batch.labels(), 1).item_float();
            }
        }
        return sum / batches.size();
    }

    @Override
    public void close() {
        for (Batch batch : batches) {
            batch.features().close();
            batch.labels().close();
        }
        optimizer.close();
        network.close();
    }
}
