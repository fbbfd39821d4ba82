package dev.lockstep.bench.torch;

import dev.lockstep.bench.BenchmarkData;
import dev.lockstep.bench.Contender;
import dev.lockstep.bench.Workload;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.pytorch.FileStore;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.gloo.Device;
import org.jspecify.annotations.Nullable;

/**
 * One of several processes that train with libtorch, one thread each, and add their gradients by gloo: one all-reduce
 * of one flat tensor a step. All of them must be asked for the same numbers of steps.
 */
public final class GlooContender implements Contender {
    private final Workload workload;
    private final BenchmarkData data;
    private final int batchSize;
    private final int workers;
    private final ProcessGroupGloo group;
    private @Nullable TorchTraining training;

    /**
     * Meets the other processes.
     *
     * @param batchSize samples a step of this process
     * @param store a path that all processes name and where no file is yet
     */
    public GlooContender(Workload workload, BenchmarkData data, int batchSize, int rank, int workers, String store) {
        this.workload = workload;
        this.data = data;
        this.batchSize = batchSize;
        this.workers = workers;
        ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create();
        Device loopback = ProcessGroupGloo.createDeviceForHostname("127.0.0.1");
        options.devices().push_back(loopback);
        group = new ProcessGroupGloo(new FileStore(store, workers), rank, workers, options);
    }

    private void sum(Tensor tensor) {
        try (TensorVector tensors = new TensorVector(tensor);
                Work work = group.allreduce(tensors)) {
            work._wait();
        }
    }

    /** Tries the settings with all processes together; the sums of their rates make them choose alike. */
    @Override
    public String prepare() {
        List<TorchSettings> candidates = TorchSettings.all(workload, 1);
        float[] rates = new float[candidates.size()];
        for (int i = 0; i < rates.length; i++) {
            try (TorchTraining trial = create(candidates.get(i))) {
                trial.samplesPerSecond(trialSteps());
                rates[i] = (float) trial.samplesPerSecond(trialSteps());
            }
        }
        int best = 0;
        List<String> tried = new ArrayList<>();
        try (Tensor sums = Tensor.create(rates)) {
            sum(sums);
            FloatBuffer all = sums.createBuffer();
            for (int i = 0; i < rates.length; i++) {
                best = all.get(i) > all.get(best) ? i : best;
                tried.add(String.format(Locale.ROOT, "%s: %.0f", candidates.get(i), all.get(i)));
            }
        }
        training = create(candidates.get(best));
        training.samplesPerSecond(trialSteps());
        return candidates.get(best) + ", one gloo all-reduce of the flat gradient a step (samples/s tried: "
                + String.join("; ", tried) + ")";
    }

    /** As many on every rank: each step waits for the others. */
    private int trialSteps() {
        return workload == Workload.MLP ? 300 : 20;
    }

    private TorchTraining create(TorchSettings settings) {
        return new TorchTraining(workload, data, batchSize, settings, workers, this::sum);
    }

    @Override
    public double rate(int steps) {
        if (training == null) {
            throw new IllegalStateException("prepare first");
        }
        return training.samplesPerSecond(steps);
    }

    @Override
    public void close() {
        if (training != null) {
            training.close();
        }
        group.close();
    }
}
