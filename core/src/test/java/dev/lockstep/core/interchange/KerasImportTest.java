package dev.lockstep.core.interchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.ModelReplica;
import dev.lockstep.core.model.ModelReplicas;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.random.CounterRandom;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files in the layouts of Keras 2 and 3, and predictions computed in Keras's own order of the weights. */
class KerasImportTest {
    private static final long SEED = 20261124;
    private static final int HEIGHT = 6;
    private static final int WIDTH = 5;
    private static final int CHANNELS = 2;
    private static final int FILTERS = 3;
    private static final int UNITS = 4;
    private static final int FLAT = 2 * 1 * FILTERS;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private static final String LAYERS_OF_KERAS_3 =
            """
            {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 6, 5, 2],
             "dtype": "float32", "name": "input_layer"}},
            {"module": "keras.layers", "class_name": "Conv2D", "config": {"name": "features", "trainable": false,
             "filters": 3, "kernel_size": [3, 3], "strides": [1, 1], "padding": "valid", "data_format": "channels_last",
             "dilation_rate": [1, 1], "groups": 1, "activation": "relu", "use_bias": true, "kernel_regularizer": null}},
            {"module": "keras.layers", "class_name": "BatchNormalization", "config": {"name": "norm", "axis": -1,
             "momentum": 0.9, "epsilon": 0.001, "center": true, "scale": true}},
            {"module": "keras.layers", "class_name": "MaxPooling2D", "config": {"name": "pool", "pool_size": [2, 2],
             "padding": "valid", "strides": [2, 2], "data_format": "channels_last"}},
            {"module": "keras.layers", "class_name": "Flatten", "config": {"name": "flatten",
             "data_format": "channels_last"}},
            {"module": "keras.layers", "class_name": "Dropout", "config": {"name": "dropout", "rate": 0.25}},
            {"module": "keras.layers", "class_name": "Dense", "config": {"name": "head", "units": 4,
             "activation": "softmax", "use_bias": true, "kernel_regularizer": {"module": "keras.regularizers",
             "class_name": "L2", "config": {"l2": 0.01}}}}""";

    private static final String TRAINING =
            """
            {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"], "optimizer_config":
             {"class_name": "Adam", "config": {"learning_rate": 0.002, "beta_1": 0.9, "beta_2": 0.999,
             "epsilon": 1e-07, "amsgrad": false}}}""";

    private static float[] values(String key, int count) {
        float[] values = new float[count];
        long number = CounterRandom.key(SEED, key);
        for (int i = 0; i < count; i++) {
            values[i] = 2 * CounterRandom.uniformFloat(number, i) - 1;
        }
        return values;
    }

    private static float[] variances() {
        float[] variances = values("variance", FILTERS);
        for (int i = 0; i < FILTERS; i++) {
            variances[i] += 1.5f;
        }
        return variances;
    }

    private static String sequential(String layers) {
        return "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"s\", \"layers\": [" + layers + "]}}";
    }

    /** A file as Keras writes it; in Keras 3 the names of weights are longer and have no number behind them. */
    private byte[] file(String version, String configuration, @Nullable String training) throws IOException {
        String prefix = version.startsWith("2") ? "" : "sequential/";
        String suffix = version.startsWith("2") ? ":0" : "";
        KerasFile file = new KerasFile(directory.resolve("model.h5"), prefix, suffix);
        file.attribute("keras_version", version);
        file.attribute("backend", "tensorflow");
        file.attribute("model_config", configuration);
        if (training != null) {
            file.attribute("training_config", training);
        }
        file.layer(
                "features",
                "kernel",
                KerasFile.array(values("conv", 9 * CHANNELS * FILTERS), 3, 3, CHANNELS, FILTERS),
                "bias",
                values("conv bias", FILTERS));
        file.layer(
                "norm",
                "gamma",
                values("gamma", FILTERS),
                "beta",
                values("beta", FILTERS),
                "moving_mean",
                values("mean", FILTERS),
                "moving_variance",
                variances());
        file.layer(
                "head",
                "kernel",
                KerasFile.array(values("dense", FLAT * UNITS), FLAT, UNITS),
                "bias",
                values("dense bias", UNITS));
        return file.finish();
    }

    private static ImportedModel read(byte[] file) throws IOException {
        return KerasImport.read(new ByteArrayInputStream(file), "from keras", null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.15.0", "3.6.0"})
    void predictionsAreThoseOfKerassFormulas(String version) throws IOException {
        String layers = version.startsWith("2")
                ? LAYERS_OF_KERAS_3.replace("batch_shape", "batch_input_shape").replace("\"axis\": -1", "\"axis\": [3]")
                : LAYERS_OF_KERAS_3;
        ImportedModel model = read(file(version, sequential(layers), TRAINING));
        NetworkPlan plan = model.network();
        assertThat(plan.inputShape()).isEqualTo(Shape.of(HEIGHT, WIDTH, CHANNELS));
        assertThat(model.job().model().layerNames())
                .containsExactly("features", "norm", "pool", "flatten", "dropout", "head");
        assertThat(model.job().model().frozen()).containsExactly("features");
        assertThat(model.notes()).isEmpty();
        float[] image = values("image", HEIGHT * WIDTH * CHANNELS);
        MiniBatch batch = new MiniBatch(1, image.length, 1);
        batch.resize(1);
        System.arraycopy(image, 0, batch.features(), 0, image.length);
        double[] expected = keras(image);
        try (ModelReplica replica = ModelReplicas.create(plan, 1, 1)) {
            System.arraycopy(model.parameters(), 0, replica.parameters(), 0, plan.parameterCount());
            replica.predict(batch);
            for (int i = 0; i < UNITS; i++) {
                assertThat((double) replica.outputs()[i]).isCloseTo(expected[i], within(1e-5));
            }
        }
    }

    /** In double precision, with the weights as Keras keeps them. */
    private static double[] keras(float[] image) {
        float[] kernel = values("conv", 9 * CHANNELS * FILTERS);
        int rows = HEIGHT - 2;
        int columns = WIDTH - 2;
        double[][][] features = new double[rows][columns][FILTERS];
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                for (int filter = 0; filter < FILTERS; filter++) {
                    double sum = values("conv bias", FILTERS)[filter];
                    for (int i = 0; i < 9 * CHANNELS; i++) {
                        int cell = i / CHANNELS;
                        int at = ((y + cell / 3) * WIDTH + x + cell % 3) * CHANNELS + i % CHANNELS;
                        sum += (double) image[at] * kernel[i * FILTERS + filter];
                    }
                    double normalized = (Math.max(0, sum) - values("mean", FILTERS)[filter])
                            / Math.sqrt(variances()[filter] + 0.001);
                    features[y][x][filter] =
                            normalized * values("gamma", FILTERS)[filter] + values("beta", FILTERS)[filter];
                }
            }
        }
        double[] flat = new double[FLAT];
        for (int i = 0; i < FLAT; i++) {
            int y = i / FILTERS * 2;
            flat[i] = Math.max(
                    Math.max(features[y][0][i % FILTERS], features[y][1][i % FILTERS]),
                    Math.max(features[y + 1][0][i % FILTERS], features[y + 1][1][i % FILTERS]));
        }
        return softmax(flat);
    }

    private static double[] softmax(double[] flat) {
        double[] outputs = new double[UNITS];
        double total = 0;
        for (int unit = 0; unit < UNITS; unit++) {
            double sum = values("dense bias", UNITS)[unit];
            for (int i = 0; i < FLAT; i++) {
                sum += flat[i] * values("dense", FLAT * UNITS)[i * UNITS + unit];
            }
            outputs[unit] = Math.exp(sum);
            total += outputs[unit];
        }
        for (int unit = 0; unit < UNITS; unit++) {
            outputs[unit] /= total;
        }
        return outputs;
    }

    @Test
    void lossOptimizerAndPenaltyAreTakenOver() throws IOException {
        String job = JobFile.toJson(read(file("3.6.0", sequential(LAYERS_OF_KERAS_3), TRAINING))
                        .job())
                .toString();
        assertThat(job)
                .contains("\"sparse_categorical_crossentropy\"", "\"learning_rate\":0.002", "\"l2\":0.01")
                .contains("\"name\":\"from-keras\"");
    }

    @Test
    void whatWasNotCompiledGetsALossThatSuitsAndANote() throws IOException {
        ImportedModel model = read(file("3.6.0", sequential(LAYERS_OF_KERAS_3), null));
        assertThat(model.notes()).singleElement().asString().contains("without loss and optimizer");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"class_name\": \"Sequential\"|\"class_name\": \"Functional\"|Functional; only a Sequential",
                "\"Dropout\"|\"LSTM\"|layer 5 \"dropout\" (LSTM): there is no such layer",
                "channels_last|channels_first|channels_first",
                "\"relu\"|\"mish\"|activation",
                "\"units\": 4|\"units\": 5|layer \"head\" kernel: saved [6, 4], model [6, 5]",
                "\"name\": \"head\"|\"name\": \"tail\"|no group tail",
                "null, 6, 5, 2|null, null, 5, 2|--input-shape",
                "\"dilation_rate\": [1, 1]|\"dilation_rate\": [2, 1]|dilation_rate",
            })
    void whatIsNotKnownIsRefusedByName(String from, String to, String reason) throws IOException {
        byte[] file = file("3.6.0", sequential(LAYERS_OF_KERAS_3).replace(from, to), TRAINING);
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void allLayersThatAreNotKnownAreListedAtOnce() throws IOException {
        String layers = LAYERS_OF_KERAS_3.replace("\"Dropout\"", "\"LSTM\"").replace("\"MaxPooling2D\"", "\"Lambda\"");
        byte[] file = file("3.6.0", sequential(layers), TRAINING);
        assertThatThrownBy(() -> read(file)).hasMessageContainingAll("LSTM", "Lambda");
    }

    @Test
    void hardSigmoidOfKeras2IsAnotherFunction() throws IOException {
        String layers = LAYERS_OF_KERAS_3.replace("\"relu\"", "\"hard_sigmoid\"");
        byte[] old = file("2.15.0", sequential(layers), TRAINING);
        assertThatThrownBy(() -> read(old)).hasMessageContaining("hard_sigmoid of Keras 2");
        assertThat(read(file("3.6.0", sequential(layers), TRAINING)).parameters())
                .isNotEmpty();
    }

    @Test
    void aFileBeyondTheLimitIsNotRead() {
        assertThatThrownBy(() -> HdfModel.read(new ByteArrayInputStream(new byte[100]), 99))
                .hasMessageContaining("larger than the limit of 99 bytes");
    }

    /** Whatever is damaged: a refusal, or a model, and never another exception. */
    @Test
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void damagedBytesAreRefusedOrRead() throws IOException {
        byte[] whole = file("3.6.0", sequential(LAYERS_OF_KERAS_3), TRAINING);
        Random random = new Random(6);
        Map<Boolean, Integer> counts = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            byte[] damaged = whole.clone();
            for (int change = 0; change <= i % 5; change++) {
                damaged[random.nextInt(Math.min(damaged.length, 1 << (8 + i % 8)))] ^= (byte) (1 << random.nextInt(8));
            }
            counts.merge(isRead(damaged), 1, Integer::sum);
        }
        System.out.println("damaged files read: " + counts);
        assertThat(Files.exists(directory)).isTrue();
    }

    private static boolean isRead(byte[] file) throws IOException {
        try {
            read(file);
            return true;
        } catch (LockstepException refused) {
            return false;
        }
    }
}
