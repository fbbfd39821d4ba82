package dev.lockstep.core.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.ParameterBlock;
import dev.lockstep.core.model.ParameterSpec.Role;
import dev.lockstep.core.model.Penalty;
import dev.lockstep.core.model.RegularizerSpec;
import dev.lockstep.core.model.StepContext;
import dev.lockstep.core.model.layer.LayerSpec;
import dev.lockstep.core.model.loss.MeanAbsolutePercentageErrorLoss;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.optimizer.AdadeltaOptimizer;
import dev.lockstep.core.optimizer.AdagradOptimizer;
import dev.lockstep.core.optimizer.AdamOptimizer;
import dev.lockstep.core.optimizer.AdamwOptimizer;
import dev.lockstep.core.optimizer.MomentumOptimizer;
import dev.lockstep.core.optimizer.NadamOptimizer;
import dev.lockstep.core.optimizer.NesterovOptimizer;
import dev.lockstep.core.optimizer.Optimizer;
import dev.lockstep.core.optimizer.OptimizerSpec;
import dev.lockstep.core.optimizer.OptimizerState;
import dev.lockstep.core.optimizer.RmspropOptimizer;
import dev.lockstep.core.optimizer.SgdOptimizer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Fifty steps of replica, penalty and optimizer against the reference trainer, within what semantics 9 promises. */
class TrainingParityTest {
    private static final long SEED = 99;
    private static final int STEPS = 50;
    private static final int BATCH_SIZE = 32;
    private static final double DROPOUT_RATE = 0.3;

    /** Light: a step over 0 in one engine and not in the other costs twice this and the learning rate. */
    private static final RegularizerSpec LIGHT = new RegularizerSpec(0.001, 0.00005);

    static Stream<Arguments> cases() {
        return Stream.of(
                        new SgdOptimizer(0.1, 0, false),
                        new SgdOptimizer(0.05, 0.9, false),
                        new SgdOptimizer(0.05, 0.9, true),
                        new MomentumOptimizer(0.05, 0.8),
                        new NesterovOptimizer(0.05, 0.8),
                        new AdagradOptimizer(0.05, 0.1, 1e-7),
                        new AdadeltaOptimizer(1, 0.95, 1e-7),
                        new RmspropOptimizer(0.001, 0.9, 0, 1e-7, false),
                        new RmspropOptimizer(0.001, 0.9, 0.5, 1e-7, false),
                        new RmspropOptimizer(0.001, 0.9, 0, 1e-7, true),
                        new RmspropOptimizer(0.001, 0.9, 0.5, 1e-7, true),
                        new AdamOptimizer(0.001, 0.9, 0.999, 1e-7),
                        new AdamwOptimizer(0.001, 0.1, 0.9, 0.999, 1e-7),
                        new NadamOptimizer(0.001, 0.9, 0.999, 1e-7))
                .flatMap(optimizer -> Stream.of(
                        Arguments.of(optimizer, "plain", new LayerSpec[] {
                            Networks.dense(32, Activation.RELU),
                            Networks.dense(16, Activation.TANH),
                            Networks.dense(5, Activation.SOFTMAX)
                        }),
                        Arguments.of(optimizer, "l2", new LayerSpec[] {
                            Networks.dense(32, Activation.RELU, 0.01), Networks.dense(5, Activation.SOFTMAX, 0.003)
                        }),
                        Arguments.of(optimizer, "l1 and l2", new LayerSpec[] {
                            Networks.dense(32, Activation.RELU, new RegularizerSpec(0.003, 0.0001), LIGHT),
                            Networks.dense(5, Activation.SOFTMAX, LIGHT, LIGHT)
                        }),
                        Arguments.of(optimizer, "batch normalization", new LayerSpec[] {
                            Networks.dense(32, Activation.RELU),
                            Networks.normalization(0.9),
                            Networks.dense(5, Activation.SOFTMAX)
                        }),
                        Arguments.of(optimizer, "dropout", new LayerSpec[] {
                            Networks.dense(32, Activation.RELU),
                            Networks.dropout(DROPOUT_RATE),
                            Networks.dense(5, Activation.SOFTMAX)
                        }),
                        Arguments.of(optimizer, "everything", new LayerSpec[] {
                            Networks.dense(32, Activation.SWISH, 0.001),
                            Networks.normalization(0.9),
                            Networks.dropout(DROPOUT_RATE),
                            Networks.dense(16, Activation.ELU, false, 0.001),
                            Networks.dense(5, Activation.SOFTMAX)
                        })));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cases")
    void fiftyStepsEndWhereTheReferenceEnds(OptimizerSpec spec, String name, LayerSpec[] layers) {
        assertParity(spec, Networks.plan(20, new SparseCategoricalCrossentropyLoss(), layers));
    }

    @ParameterizedTest
    @MethodSource("dev.lockstep.core.oracle.LossCases#all")
    void fiftyStepsWithEveryLossEndWhereTheReferenceEnds(LossCases loss) {
        boolean isPercentage = loss.loss() instanceof MeanAbsolutePercentageErrorLoss;
        assertParity(
                new SgdOptimizer(isPercentage ? 0.002 : 0.05, 0, false),
                Networks.plan(
                        20,
                        loss.loss(),
                        Networks.dense(16, Activation.SWISH),
                        Networks.dense(loss.outputs(), loss.last())));
    }

    private static void assertParity(OptimizerSpec spec, NetworkPlan plan) {
        float[] initial = plan.initialParameters(SEED);
        ReferenceTrainer reference = ReferenceTrainer.of(plan, spec, initial);
        float[] engine;
        try (ModelReplica replica = ModelReplicas.create(plan, BATCH_SIZE, 1)) {
            System.arraycopy(initial, 0, replica.parameters(), 0, initial.length);
            trainBoth(plan, spec, replica, reference);
            engine = replica.parameters();
        }
        ParameterTolerance.assertAgree(engine, reference.parameters(), spec, STEPS, "seed " + SEED);
        double moved = ParameterTolerance.medianDifference(engine, ParameterTolerance.doubles(initial));
        assertThat(moved).as("training has moved the median parameter").isGreaterThan(1e-3);
    }

    private static void trainBoth(
            NetworkPlan plan, OptimizerSpec spec, ModelReplica replica, ReferenceTrainer reference) {
        Optimizer optimizer = spec.create();
        Penalty penalty = Penalty.of(plan);
        OptimizerState state = new OptimizerState(spec.stateSlots(), plan.parameterCount());
        float[] mean = new float[plan.parameterCount()];
        for (int step = 1; step <= STEPS; step++) {
            MiniBatch batch = Networks.batch(plan, step % 7 == 0 ? 19 : BATCH_SIZE, SEED + step % 5);
            StepContext context = new StepContext(SEED, step / 5, new SingleWorkerGroup());
            double loss = replica.computeGradient(batch, context) / batch.size();
            for (int i = 0; i < mean.length; i++) {
                mean[i] = replica.gradient()[i] / batch.size();
            }
            loss += penalty.addTo(mean, replica.parameters());
            apply(plan, spec, optimizer, replica.parameters(), mean, state, step);
            double expected =
                    reference.step(batch.features(), batch.labels(), batch.size(), Networks.mask(plan, batch, context));
            assertThat(loss).as("loss of step %d", step).isCloseTo(expected, within(1e-4 * Math.max(1, expected)));
        }
    }

    private static void apply(
            NetworkPlan plan,
            OptimizerSpec spec,
            Optimizer optimizer,
            float[] parameters,
            float[] mean,
            OptimizerState state,
            long step) {
        for (ParameterBlock block : plan.blocks()) {
            if (block.spec().role() == Role.TRAINABLE) {
                optimizer.update(parameters, mean, state, block.offset(), block.end(), step, spec.learningRate());
                continue;
            }
            for (int i = block.offset(); i < block.end(); i++) {
                parameters[i] -= mean[i];
            }
        }
    }
}
