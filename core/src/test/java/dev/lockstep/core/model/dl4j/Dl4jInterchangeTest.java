package dev.lockstep.core.model.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.interchange.Dl4jImport;
import dev.lockstep.core.interchange.ImportedModel;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.layer.FlattenLayer;
import dev.lockstep.core.model.layer.GlobalAveragePooling2DLayer;
import dev.lockstep.core.model.layer.Padding;
import dev.lockstep.core.model.loss.HingeLoss;
import dev.lockstep.core.model.loss.MeanSquaredErrorLoss;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import dev.lockstep.core.optimizer.AdamOptimizer;
import dev.lockstep.core.optimizer.OptimizerSpec;
import dev.lockstep.core.oracle.Networks;
import dev.lockstep.core.random.CounterRandom;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Models to DL4J's own reader and back, and from DL4J's own writer: the same predictions on random inputs. */
class Dl4jInterchangeTest {
    private static final long SEED = 20261123;
    private static final int ROWS = 7;
    private static final double TOLERANCE = 1e-5;
    private static final OptimizerSpec ADAM = new AdamOptimizer(0.002, 0.9, 0.999, 1e-7);

    static Stream<NetworkPlan> networks() {
        return Stream.of(
                Networks.plan(
                        9,
                        new SparseCategoricalCrossentropyLoss(),
                        Networks.dense(8, Activation.RELU, 0.01),
                        Networks.normalization(0.9),
                        Networks.dropout(0.3),
                        Networks.dense(7, Activation.TANH, false, 0),
                        Networks.activation(Activation.LEAKY_RELU),
                        Networks.dense(4, Activation.SOFTMAX)),
                Networks.plan(
                        Shape.of(3, 3),
                        new MeanSquaredErrorLoss(),
                        new FlattenLayer(null),
                        Networks.dense(3, Activation.ELU)),
                Networks.plan(
                        Shape.of(9, 8, 2),
                        new SparseCategoricalCrossentropyLoss(),
                        Networks.convolution(4, List.of(3, 2), List.of(1, 1), Padding.SAME, Activation.RELU),
                        Networks.normalization(0.9),
                        Networks.maxPooling(List.of(2, 2), List.of(2, 2), Padding.VALID),
                        Networks.dropout(0.2),
                        Networks.convolution(5, List.of(2, 2), List.of(1, 1), Padding.VALID, Activation.LINEAR, false),
                        Networks.activation(Activation.SWISH),
                        Networks.averagePooling(List.of(2, 2), List.of(1, 1), Padding.SAME),
                        new FlattenLayer(null),
                        Networks.dense(6, Activation.SIGMOID),
                        Networks.dense(4, Activation.SOFTMAX)),
                Networks.plan(
                        Shape.of(6, 6),
                        new HingeLoss(),
                        Networks.convolution(3, List.of(3, 3), List.of(2, 2), Padding.SAME, Activation.SELU),
                        new GlobalAveragePooling2DLayer(null),
                        Networks.dense(1, Activation.LINEAR)));
    }

    private static float[] values(long seed, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = 2 * CounterRandom.uniformFloat(seed, i) - 1;
        }
        return values;
    }

    /** Every parameter takes part, and a variance is above 0. */
    private static float[] parameters(NetworkPlan plan) {
        float[] parameters = values(SEED, plan.parameterCount());
        plan.blocks().stream()
                .filter(block -> block.spec().name().equals("moving_variance"))
                .forEach(block -> {
                    for (int i = block.offset(); i < block.end(); i++) {
                        parameters[i] = 1.5f + parameters[i];
                    }
                });
        return parameters;
    }

    private static float[] predict(NetworkPlan plan, float[] parameters, float[] inputs) {
        int rows = inputs.length / plan.inputShape().size();
        MiniBatch batch = new MiniBatch(rows, plan.inputShape().size(), 1);
        batch.resize(rows);
        System.arraycopy(inputs, 0, batch.features(), 0, inputs.length);
        try (ModelReplica replica = ModelReplicas.create(plan, rows, 1)) {
            System.arraycopy(parameters, 0, replica.parameters(), 0, parameters.length);
            replica.predict(batch);
            return Arrays.copyOf(replica.outputs(), rows * plan.outputShape().size());
        }
    }

    private static void assertClose(float[] found, float[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            assertThat((double) found[i]).as("output %d", i).isCloseTo(expected[i], within(TOLERANCE));
        }
    }

    private static byte[] exported(NetworkPlan plan, float[] parameters) throws IOException {
        Dl4jExport export = new Dl4jExport(plan, ADAM);
        assertThat(export.objections()).isEmpty();
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        export.write(parameters, zip);
        return zip.toByteArray();
    }

    private static ImportedModel imported(byte[] zip, @Nullable Shape shape) throws IOException {
        return Dl4jImport.read(new ByteArrayInputStream(zip), "from dl4j", shape);
    }

    /** Networks of images take images, channels last; others take rows. */
    private static INDArray input(NetworkPlan plan, float[] values) {
        boolean ofImages = plan.layers().get(0).kind().equals("conv2d");
        List<Integer> sizes = plan.inputShape().dimensions();
        return ofImages
                ? Nd4j.create(
                        values,
                        new long[] {ROWS, sizes.get(0), sizes.get(1), sizes.size() == 2 ? 1 : sizes.get(2)},
                        'c')
                : Nd4j.create(values, new long[] {ROWS, plan.inputShape().size()}, 'c');
    }

    @ParameterizedTest
    @MethodSource("networks")
    void dl4jsOwnReaderPredictsTheSame(NetworkPlan plan) throws IOException {
        float[] parameters = parameters(plan);
        float[] inputs = values(SEED + 1, ROWS * plan.inputShape().size());
        byte[] zip = exported(plan, parameters);
        assertThat(new String(zip, StandardCharsets.ISO_8859_1)).doesNotContain("dev.lockstep");
        MultiLayerNetwork network = ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(zip), false);
        assertThat(network.getLayerWiseConfigurations().toJson()).doesNotContain("lockstep");
        float[] outputs =
                Dl4jTraining.values(network.output(input(plan, inputs)).reshape(-1));
        assertClose(outputs, predict(plan, parameters, inputs));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void whatWasExportedComesBackToTheBit(NetworkPlan plan) throws IOException {
        float[] parameters = parameters(plan);
        ImportedModel back = imported(exported(plan, parameters), plan.inputShape());
        assertThat(back.parameters()).isEqualTo(parameters);
        float[] inputs = values(SEED + 2, ROWS * plan.inputShape().size());
        assertThat(predict(back.network(), back.parameters(), inputs)).isEqualTo(predict(plan, parameters, inputs));
        assertThat(back.job().training().optimizer()).isEqualTo(ADAM);
        assertThat(JobFile.fromJson(JobFile.toJson(back.job()).toString())).isEqualTo(back.job());
    }

    /** As DL4J's users write them: channels first, the logarithm of deviations, dropout as a part of a layer. */
    @Test
    void aConvolutionalNetworkOfDl4jsOwnIsTakenOver() throws IOException {
        MultiLayerConfiguration configuration = new NeuralNetConfiguration.Builder()
                .seed(SEED)
                .updater(new Nesterovs(0.05, 0.8))
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3)
                        .nOut(4)
                        .activation(org.nd4j.linalg.activations.Activation.RELU)
                        .name("first")
                        .build())
                .layer(new BatchNormalization())
                .layer(new SubsamplingLayer.Builder(
                                SubsamplingLayer.PoolingType.MAX, new int[] {2, 2}, new int[] {2, 2})
                        .build())
                .layer(new DenseLayer.Builder()
                        .nOut(6)
                        .dropOut(new Dropout(0.75))
                        .activation(org.nd4j.linalg.activations.Activation.TANH)
                        .build())
                .layer(new BatchNormalization())
                .layer(new OutputLayer.Builder(LossFunction.NEGATIVELOGLIKELIHOOD)
                        .nOut(3)
                        .activation(org.nd4j.linalg.activations.Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(8, 7, 2))
                .build();
        MultiLayerNetwork network = new MultiLayerNetwork(configuration);
        network.init();
        INDArray batch = Nd4j.create(values(SEED, 16 * 2 * 8 * 7), new long[] {16, 2, 8, 7}, 'c');
        INDArray labels = Nd4j.zeros(16, 3);
        for (int row = 0; row < 16; row++) {
            labels.putScalar(row, row % 3, 1);
        }
        for (int step = 0; step < 20; step++) {
            network.fit(batch, labels);
        }
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        ModelSerializer.writeModel(network, zip, true);
        ImportedModel model = imported(zip.toByteArray(), Shape.of(8, 7, 2));
        float[] channelsLast =
                Dl4jTraining.values(batch.permute(0, 2, 3, 1).dup('c').reshape(-1));
        assertClose(
                predict(model.network(), model.parameters(), channelsLast),
                Dl4jTraining.values(network.output(batch).reshape(-1)));
        assertThat(model.job().model().layerNames()).contains("first", "dropout", "flatten");
        assertThat(JobFile.toJson(model.job())
                        .path("training")
                        .path("optimizer")
                        .toString())
                .contains("\"momentum\":0.8", "\"nesterov\":true");
        assertThat(model.notes()).anyMatch(note -> note.contains("updaterState.bin"));
    }

    @Test
    void whatDl4jHasNotIsRefusedByName() {
        NetworkPlan plan = Networks.plan(
                4,
                new MeanSquaredErrorLoss(),
                Networks.dense(4, Activation.GELU),
                Networks.reshape(2, 2),
                Networks.convolution(2, List.of(2, 2), List.of(1, 1), Padding.SAME, Activation.RELU),
                new FlattenLayer(null),
                Networks.dense(1, Activation.LINEAR));
        assertThat(new Dl4jExport(plan, ADAM).objections())
                .singleElement()
                .asString()
                .contains("layer \"dense\"", "gelu");
        NetworkPlan images = Networks.plan(
                4,
                new MeanSquaredErrorLoss(),
                Networks.dense(4, Activation.RELU),
                Networks.reshape(2, 2),
                Networks.convolution(2, List.of(2, 2), List.of(1, 1), Padding.SAME, Activation.RELU),
                new FlattenLayer(null),
                Networks.dense(1, Activation.LINEAR));
        assertThat(new Dl4jExport(images, ADAM).objections())
                .singleElement()
                .asString()
                .contains("layer \"conv2d\"", "images");
    }
}
