package dev.lockstep.core.model.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicaContract;
import dev.lockstep.core.model.ModelSpec;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.StepContext;
import dev.lockstep.core.model.layer.FlattenLayer;
import dev.lockstep.core.model.loss.MeanSquaredErrorLoss;
import dev.lockstep.core.oracle.Networks;
import dev.lockstep.core.oracle.SingleWorkerGroup;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class Dl4jReplicaTest extends ModelReplicaContract {
    @Override
    protected ModelReplica replica(NetworkPlan plan, int maximumBatchSize) {
        return Dl4jReplica.create(plan, maximumBatchSize, 1);
    }

    @Test
    void theGlobalRandomStreamOfNd4jPlaysNoPart() {
        NetworkPlan plan = Networks.plan(
                8,
                new MeanSquaredErrorLoss(),
                Networks.dense(8, Activation.RELU),
                Networks.dropout(0.5),
                Networks.dense(2, Activation.LINEAR));
        Nd4j.getRandom().setSeed(1);
        float[] first = gradientOnce(plan);
        Nd4j.getRandom().setSeed(2);
        assertThat(gradientOnce(plan)).isEqualTo(first);
    }

    private static float[] gradientOnce(NetworkPlan plan) {
        try (ModelReplica replica = Dl4jReplica.create(plan, 8, 1)) {
            assertThat(replica.parameters()).containsOnly(0f);
            System.arraycopy(plan.initialParameters(SEED), 0, replica.parameters(), 0, plan.parameterCount());
            replica.computeGradient(Networks.batch(plan, 8, SEED), CONTEXT);
            return replica.gradient().clone();
        }
    }

    @Test
    void whatCannotBeComputedIsRefusedByName() {
        NetworkPlan plan = NetworkPlan.of(
                new ModelSpec(List.of(
                        Networks.normalization(0.9), new FlattenLayer(null), Networks.dense(1, Activation.LINEAR))),
                Shape.of(2, 3),
                new MeanSquaredErrorLoss());
        assertThatThrownBy(() -> Dl4jReplica.create(plan, 1, 1))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("\"batch_normalization\"")
                .hasMessageContaining("(2, 3)")
                .hasMessageContaining("flatten");
    }

    @Test
    void localMomentsAreWarnedAboutOnceWhenThereAreSeveralWorkers() {
        NetworkPlan plan = Networks.plan(4, new MeanSquaredErrorLoss(), Networks.normalization(0.9));
        Logger logger = (Logger) LogManager.getLogger(Dl4jReplica.class);
        CollectingAppender appender = new CollectingAppender();
        appender.start();
        logger.addAppender(appender);
        Level before = logger.getLevel();
        logger.setLevel(Level.WARN);
        try (ModelReplica replica = Dl4jReplica.create(plan, 4, 1)) {
            MiniBatch batch = Networks.batch(plan, 4, SEED);
            replica.computeGradient(batch, CONTEXT);
            assertThat(appender.messages).as("one worker").isEmpty();
            StepContext ofTwo = new StepContext(SEED, 0, new SingleWorkerGroup(2));
            replica.computeGradient(batch, ofTwo);
            replica.computeGradient(batch, ofTwo);
            assertThat(appender.messages).hasSize(1);
            assertThat(appender.messages.get(0)).startsWith("WARN").contains("batch_normalization", "own slice");
        } finally {
            logger.removeAppender(appender);
            logger.setLevel(before);
        }
    }

    /** What was logged, as level and message. */
    private static final class CollectingAppender extends AbstractAppender {
        private final List<String> messages = new ArrayList<>();

        CollectingAppender() {
            super("collecting", null, null, true, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            messages.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
        }
    }
}
