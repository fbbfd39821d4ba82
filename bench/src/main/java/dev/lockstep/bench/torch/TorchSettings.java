package dev.lockstep.bench.torch;

import dev.lockstep.bench.Workload;
import java.util.ArrayList;
import java.util.List;

/**
 * What libtorch can be told that may change its speed.
 *
 * @param threads of OpenMP and of BLAS
 * @param channelsLast whether images and filters lie channels last
 * @param flatOptimizer whether Adam updates one flat tensor that the parameters are views of, instead of each alone
 */
public record TorchSettings(int threads, boolean channelsLast, boolean flatOptimizer) {
    /**
     * Every combination worth trying.
     *
     * @param mostThreads no more threads than these
     */
    public static List<TorchSettings> all(Workload workload, int mostThreads) {
        List<TorchSettings> all = new ArrayList<>();
        for (int threads = 1; threads <= mostThreads; threads++) {
            for (boolean flat : new boolean[] {true, false}) {
                all.add(new TorchSettings(threads, false, flat));
                if (workload == Workload.CNN) {
                    all.add(new TorchSettings(threads, true, flat));
                }
            }
        }
        return all;
    }

    @Override
    public String toString() {
        return threads
                + (threads == 1 ? " thread" : " threads")
                + (channelsLast ? ", channels last" : "")
                + (flatOptimizer ? ", Adam on one flat tensor" : ", Adam on each parameter");
    }
}
