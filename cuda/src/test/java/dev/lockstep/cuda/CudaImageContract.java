package dev.lockstep.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.ImageReplicaContract;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.StepContext;
import dev.lockstep.core.model.layer.FlattenLayer;
import dev.lockstep.core.model.layer.LayerSpec;
import dev.lockstep.core.model.layer.Padding;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.oracle.ImageNetworks;
import dev.lockstep.core.oracle.Networks;
import dev.lockstep.core.oracle.SingleWorkerGroup;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The contract for images, and what of it needs padding on one side alone, which is skipped there, once more with
 * padding on both.
 */
abstract class CudaImageContract extends ImageReplicaContract {
    private static final long SEED = 1998;
    private static final StepContext CONTEXT = new StepContext(SEED, 2, new SingleWorkerGroup());
    private static final List<Integer> ONE = List.of(1, 1);
    private static final List<Integer> TWO = List.of(2, 2);
    private static final List<Integer> THREE = List.of(3, 3);
    private static final Shape IMAGE = Shape.of(7, 9, 3);

    static Stream<ImageNetworks.Case> networksWithEvenPadding() {
        LayerSpec first = Networks.convolution(4, List.of(3, 5), ONE, Padding.SAME, Activation.TANH);
        return Stream.of(
                network("conv2d same", first),
                network("conv2d same in steps", Networks.convolution(4, THREE, TWO, Padding.SAME, Activation.SELU)),
                network("conv2d valid", Networks.convolution(4, List.of(3, 2), ONE, Padding.VALID, Activation.SWISH)),
                network(
                        "conv2d valid in steps",
                        Networks.convolution(4, List.of(2, 3), List.of(2, 3), Padding.VALID, Activation.ELU)),
                network("two of conv2d", first, convolutionWithoutBias(Padding.SAME)),
                network("conv2d without bias", convolutionWithoutBias(Padding.VALID), first),
                network("max same", first, Networks.maxPooling(THREE, TWO, Padding.SAME)),
                network("max valid", first, Networks.maxPooling(List.of(3, 2), List.of(1, 2), Padding.VALID)),
                network("average same", first, Networks.averagePooling(THREE, TWO, Padding.SAME)),
                network("average valid", first, Networks.averagePooling(TWO, List.of(2, 3), Padding.VALID)),
                network("pooling first", Networks.averagePooling(THREE, ONE, Padding.SAME), first),
                network(
                        "dropout of images",
                        Networks.dropout(0.2),
                        first,
                        Networks.dropout(0.4),
                        Networks.maxPooling(TWO, ONE, Padding.VALID),
                        Networks.dropout(0.3)),
                new ImageNetworks.Case("lenet", ImageNetworks.lenet(Shape.of(16, 16), 4, 6, 16)));
    }

    private static LayerSpec convolutionWithoutBias(Padding padding) {
        return Networks.convolution(2, List.of(3, 1), ONE, padding, Activation.SIGMOID, false);
    }

    private static ImageNetworks.Case network(String name, LayerSpec... layers) {
        LayerSpec[] classifier = {new FlattenLayer(null), Networks.dense(4, Activation.SOFTMAX)};
        return new ImageNetworks.Case(
                name,
                Networks.plan(
                        IMAGE,
                        new SparseCategoricalCrossentropyLoss(),
                        Stream.concat(Stream.of(layers), Stream.of(classifier)).toArray(LayerSpec[]::new)));
    }

    @ParameterizedTest
    @MethodSource("networksWithEvenPadding")
    void networksWithEvenPaddingAgreeWithTheReference(ImageNetworks.Case network) {
        assertThat(NetworkSupport.objections(network.plan())).isEmpty();
        for (int size : new int[] {1, 5}) {
            assertAgrees(network.plan(), size);
        }
    }

    @Test
    void softmaxGoesOverTheChannels() {
        assertAgrees(ImageNetworks.softmaxOverChannels().plan(), 3);
    }

    /** Slices of other sizes than the whole, and the same bits when the whole comes again. */
    @ParameterizedTest
    @MethodSource("networksWithEvenPadding")
    void gradientsAreTheSumOfTheSlicesGradientsAndTheSameBitsAgain(ImageNetworks.Case network) {
        NetworkPlan plan = network.plan();
        MiniBatch batch = Networks.batch(plan, 9, SEED);
        try (ModelReplica replica = replica(plan, 9)) {
            System.arraycopy(plan.initialParameters(SEED), 0, replica.parameters(), 0, plan.parameterCount());
            double loss = replica.computeGradient(batch, CONTEXT);
            float[] whole = replica.gradient().clone();
            float[] sum = new float[whole.length];
            for (int[] range : new int[][] {{0, 4}, {4, 5}, {5, 5}, {5, 9}}) {
                replica.computeGradient(Networks.slice(batch, range[0], range[1]), CONTEXT);
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += replica.gradient()[i];
                }
            }
            assertThat(sum).containsExactly(whole, within((float) (2 * tolerance())));
            replica.predict(batch);
            assertThat(replica.computeGradient(batch, CONTEXT)).isEqualTo(loss);
            assertThat(replica.gradient()).isEqualTo(whole);
        }
    }
}
