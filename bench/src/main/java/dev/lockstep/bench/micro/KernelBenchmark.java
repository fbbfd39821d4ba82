package dev.lockstep.bench.micro;

import dev.lockstep.bench.BenchmarkData;
import dev.lockstep.bench.Workload;
import dev.lockstep.core.collective.LocalProcessGroup;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.StepContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Forward and backward of a whole batch, one thread: the step without reading, merge and optimizer. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init")
public class KernelBenchmark {
    private static final long SEED = 42;

    /** The network. */
    @Param({"MLP", "CNN"})
    public Workload workload;

    private ModelReplica replica;
    private MiniBatch batch;
    private StepContext context;

    /** Makes the replica and a batch of random images. */
    @Setup(Level.Trial)
    public void prepare() {
        JobConfig job = workload.job(Path.of("."), List.of());
        NetworkPlan plan = NetworkPlan.of(
                job.model(),
                Shape.of(BenchmarkData.SIDE, BenchmarkData.SIDE),
                job.training().loss());
        replica = ModelReplicas.create(plan, workload.batchSize(), 1);
        System.arraycopy(plan.initialParameters(SEED), 0, replica.parameters(), 0, plan.parameterCount());
        batch = new MiniBatch(workload.batchSize(), plan.inputShape().size(), 1);
        batch.resize(workload.batchSize());
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < batch.features().length; i++) {
            batch.features()[i] = (float) random.nextDouble();
        }
        for (int i = 0; i < batch.size(); i++) {
            batch.labels()[i] = random.nextInt(BenchmarkData.CLASSES);
        }
        context = new StepContext(
                SEED, 0, LocalProcessGroup.create(1, Duration.ofMinutes(1)).get(0));
    }

    /** The gradient of one batch. */
    @Benchmark
    public double computeGradient() {
        return replica.computeGradient(batch, context);
    }

    /** Gives the replica's memory back. */
    @TearDown(Level.Trial)
    public void close() {
        replica.close();
    }
}
