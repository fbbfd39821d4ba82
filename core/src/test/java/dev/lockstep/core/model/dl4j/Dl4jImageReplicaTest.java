package dev.lockstep.core.model.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.ImageReplicaContract;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.optimizer.SgdOptimizer;
import dev.lockstep.core.oracle.ImageNetworks;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class Dl4jImageReplicaTest extends ImageReplicaContract {
    private static final long SEED = 86;

    @Override
    protected ModelReplica replica(NetworkPlan plan, int maximumBatchSize) {
        return Dl4jReplica.create(plan, maximumBatchSize, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void imagesAreNormalizedByChannel(int size) {
        assertAgrees(ImageNetworks.normalized().plan(), size);
    }

    /** DL4J's derivative of a softmax over channels is not that of its forward pass: a bias had the gradient 0. */
    @Test
    void softmaxOverChannelsIsRefusedByName() {
        NetworkPlan plan = ImageNetworks.softmaxOverChannels().plan();
        assertThat(Dl4jReplica.objections(plan))
                .singleElement()
                .asString()
                .contains("layer \"conv2d\" (conv2d)", "softmax");
        assertThat(Dl4jReplica.objections(
                        ImageNetworks.softmaxLayerOverChannels().plan()))
                .singleElement()
                .asString()
                .contains("layer \"activation\" (activation)", "softmax", "(3, 3, 4)");
    }

    /** Spark sends the configuration to its executors as JSON. */
    @Test
    void theConfigurationOfItsOwnTrainingSurvivesJson() {
        NetworkPlan plan = ImageNetworks.lenet(Shape.of(14, 14), 4, 6, 16);
        SgdOptimizer optimizer = new SgdOptimizer(0.1, 0, false);
        assertThat(Dl4jTraining.objections(plan, optimizer)).isEmpty();
        MultiLayerConfiguration configuration = Dl4jTraining.configuration(plan, optimizer, SEED);
        INDArray parameters = Dl4jTraining.matrix(plan.initialParameters(SEED), 1);
        INDArray features = Dl4jTraining.matrix(new float[2 * 14 * 14], 2).addi(0.5);
        MultiLayerNetwork network = new MultiLayerNetwork(configuration);
        network.init(parameters.dup(), false);
        MultiLayerNetwork sent = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(configuration.toJson()));
        sent.init(parameters.dup(), false);
        assertThat(Dl4jTraining.values(sent.output(features)))
                .isEqualTo(Dl4jTraining.values(network.output(features)))
                .hasSize(2 * 5);
    }
}
