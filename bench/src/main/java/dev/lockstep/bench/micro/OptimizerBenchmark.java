package dev.lockstep.bench.micro;

import dev.lockstep.core.optimizer.AdadeltaOptimizer;
import dev.lockstep.core.optimizer.AdagradOptimizer;
import dev.lockstep.core.optimizer.AdamOptimizer;
import dev.lockstep.core.optimizer.AdamwOptimizer;
import dev.lockstep.core.optimizer.NadamOptimizer;
import dev.lockstep.core.optimizer.Optimizer;
import dev.lockstep.core.optimizer.OptimizerSpec;
import dev.lockstep.core.optimizer.OptimizerState;
import dev.lockstep.core.optimizer.RmspropOptimizer;
import dev.lockstep.core.optimizer.SgdOptimizer;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One update of model A's 109,386 parameters; half of the gradient is zero, as that of dead units is. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init")
public class OptimizerBenchmark {
    private static final int LENGTH = 109_386;
    private static final long SEED = 42;

    /** The rule. */
    @Param({"sgd", "momentum", "adagrad", "adadelta", "rmsprop", "adam", "adamw", "nadam"})
    public String rule;

    private Optimizer optimizer;
    private double learningRate;
    private float[] parameters;
    private float[] gradient;
    private OptimizerState state;
    private long step;

    /** Draws the parameters and the gradient. */
    @Setup(Level.Trial)
    public void prepare() {
        OptimizerSpec spec =
                switch (rule) {
                    case "sgd" -> new SgdOptimizer(1e-6, 0, false);
                    case "momentum" -> new SgdOptimizer(1e-6, 0.9, false);
                    case "adagrad" -> new AdagradOptimizer(1e-6, 0.1, 1e-7);
                    case "adadelta" -> new AdadeltaOptimizer(1e-6, 0.95, 1e-7);
                    case "rmsprop" -> new RmspropOptimizer(1e-6, 0.9, 0, 1e-7, false);
                    case "adamw" -> new AdamwOptimizer(1e-6, 0.004, 0.9, 0.999, 1e-7);
                    case "nadam" -> new NadamOptimizer(1e-6, 0.9, 0.999, 1e-7);
                    default -> new AdamOptimizer(1e-6, 0.9, 0.999, 1e-7);
                };
        optimizer = spec.create();
        learningRate = spec.learningRate();
        parameters = new float[LENGTH];
        gradient = new float[LENGTH];
        state = new OptimizerState(spec.stateSlots(), LENGTH);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < LENGTH; i++) {
            parameters[i] = (float) random.nextDouble(-1, 1);
            gradient[i] = i % 2 == 0 ? 0 : (float) random.nextDouble(-1e-3, 1e-3);
        }
        step = 0;
    }

    /** One step of the rule. */
    @Benchmark
    public float[] update() {
        step++;
        optimizer.update(parameters, gradient, state, 0, LENGTH, step, learningRate);
        return parameters;
    }
}
