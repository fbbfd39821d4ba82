package dev.lockstep.bench.torch;

import dev.lockstep.bench.BenchmarkData;
import dev.lockstep.bench.Contender;
import dev.lockstep.bench.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** libtorch from Java in one process, with the fastest of its settings. */
public final class TorchContender implements Contender {
    private static final double TRIAL_SECONDS = 0.7;

    private final Workload workload;
    private final BenchmarkData data;
    private final int mostThreads;
    private @Nullable TorchTraining training;

    /**
     * A contender that is not yet warm.
     *
     * @param mostThreads up to which settings are tried
     */
    public TorchContender(Workload workload, BenchmarkData data, int mostThreads) {
        this.workload = workload;
        this.data = data;
        this.mostThreads = mostThreads;
    }

    /**
     * Tries every setting, and those that are half as fast as the best or faster once more, so that none profits from
     * the order. Stays with the fastest.
     */
    @Override
    public String prepare() {
        List<TorchSettings> candidates = TorchSettings.all(workload, mostThreads);
        double[] rates = new double[candidates.size()];
        for (int i = 0; i < rates.length; i++) {
            rates[i] = trial(candidates.get(i));
        }
        double promising = Arrays.stream(rates).max().orElse(0) / 2;
        for (int i = 0; i < rates.length; i++) {
            if (rates[i] >= promising) {
                rates[i] = Math.max(rates[i], trial(candidates.get(i)));
            }
        }
        int best = 0;
        List<String> tried = new ArrayList<>();
        for (int i = 0; i < rates.length; i++) {
            best = rates[i] > rates[best] ? i : best;
            tried.add(String.format(Locale.ROOT, "%s: %.0f", candidates.get(i), rates[i]));
        }
        training = create(candidates.get(best));
        training.samplesPerSecond(steps(rates[best]));
        return candidates.get(best) + " (samples/s tried: " + String.join("; ", tried) + ")";
    }

    private double trial(TorchSettings settings) {
        try (TorchTraining trial = create(settings)) {
            double rate = trial.samplesPerSecond(10);
            return trial.samplesPerSecond(steps(rate));
        }
    }

    private int steps(double samplesPerSecond) {
        return Math.max(10, (int) (samplesPerSecond * TRIAL_SECONDS / workload.batchSize()));
    }

    private TorchTraining create(TorchSettings settings) {
        return new TorchTraining(workload, data, workload.batchSize(), settings, 1, gradient -> {});
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
    }
}
