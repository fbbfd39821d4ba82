package dev.lockstep.core.sync;

import dev.lockstep.core.memory.ByteCount;
import dev.lockstep.core.memory.MemoryNeed;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.optimizer.UpdateRule;
import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}.
 *
 * @param every steps between two averages
 * @param outerMomentum share of the last outer velocity that is kept
 * @param outerLearningRate of the step from one average to the next
 */
@Named(
        value = "parameter_averaging",
        doc = "Local optimizer steps on each worker's slice; every k steps parameters, optimizer state and statistics"
                + " are averaged, weighted by the samples each worker used since the last average.")
public record ParameterAveragingSync(
        @Setting(value = "Steps between two averages.", byDefault = "16") int every,
        @Setting(
                        value = "Nesterov momentum of the step from one average to the next, over the average distance"
                                + " that the workers went (DiLoCo, Douillard et al. 2023: 0.9); 0 for none. It costs"
                                + " one value of state a parameter.",
                        byDefault = "0")
                double outerMomentum,
        @Setting(
                        value = "Learning rate of that step (DiLoCo: 0.7); 1 without momentum is the plain average.",
                        byDefault = "1")
                double outerLearningRate)
        implements SyncSpec {
    /** The default of {@link #every}. */
    public static final int USUAL_PERIOD = 16;

    public ParameterAveragingSync {
        new Checks()
                .positive("every", every)
                .fraction("outer_momentum", outerMomentum)
                .positive("outer_learning_rate", outerLearningRate)
                .done();
    }

    /** The plain average. */
    public ParameterAveragingSync(int every) {
        this(every, 0, 1);
    }

    @Override
    public int stateLength(int parameterCount) {
        return outerMomentum > 0 ? parameterCount : 0;
    }

    @Override
    public MemoryNeed memory(long parameters, long stateFloats, int workers) {
        // What goes out, what comes in, and the last average.
        long exchange = ByteCount.sum(parameters, stateFloats, MergeTail.LENGTH);
        long velocity = outerMomentum > 0 ? parameters : 0;
        return MemoryNeed.heapFloats(ByteCount.sum(ByteCount.product(3, exchange), velocity));
    }

    @Override
    public SyncStrategy create(NetworkPlan plan, UpdateRule rule, TrainingState state) {
        return new ParameterAveraging(plan, rule, every, (float) outerMomentum, (float) outerLearningRate, state);
    }
}
