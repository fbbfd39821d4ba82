package dev.lockstep.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.loss.PerceptronLoss;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user reads when a job file is wrong, word for word. */
class JobFileMessagesTest {
    /** Each key in a line of its own, so that a test can replace one line and know its number. */
    private static final String JOB =
            """
            name: job
            data:
              format: csv
              train: train.csv
              label: target
            model:
              layers:
                - dense: {units: 8, activation: relu}
                - dense:
                    units: 1
            training:
              loss: mse
              optimizer: adam
              batch_size: 16
              epochs: 2
            """;

    private static final String OPTIMIZERS = "sgd, momentum, nesterov, adagrad, adadelta, rmsprop, adam, adamw, nadam";
    private static final String TRAINING_KEYS =
            "one of the keys loss, optimizer, learning_rate_schedule, batch_size, epochs, metrics, clip_norm,"
                    + " clip_value, class_weights, early_stopping, augmentation, on_divergence";

    @Test
    void baseIsValid() {
        assertThat(read(JOB).training().batchSize()).isEqualTo(16);
    }

    @Test
    void misspeltKey() {
        assertThat(message(JOB.replace("epochs: 2", "epoch: 2")))
                .isEqualTo("job.yaml:15: training.epoch: expected " + TRAINING_KEYS
                        + ", found \"epoch\"; did you mean \"epochs\"?");
    }

    @Test
    void misspeltRequiredKeyIsNotMissingToo() {
        assertThat(message(JOB.replace("loss: mse", "los: mse")))
                .isEqualTo("job.yaml:12: training.los: expected " + TRAINING_KEYS
                        + ", found \"los\"; did you mean \"loss\"?");
    }

    @Test
    void keyInTheWrongPlace() {
        assertThat(message(JOB.replace("epochs: 2", "lr: 0.1")))
                .isEqualTo("job.yaml:15: training.lr: expected " + TRAINING_KEYS
                        + ", found \"lr\"; did you mean \"training.optimizer.adadelta.learning_rate\""
                        + " or \"training.optimizer.adagrad.learning_rate\""
                        + " or \"training.optimizer.adam.learning_rate\"?");
        assertThat(message(JOB.replace("epochs: 2", "learningRate: 0.1")))
                .contains("did you mean \"training.optimizer.adadelta.learning_rate\"");
        assertThat(message(JOB + "workers: 2\n"))
                .isEqualTo(
                        "job.yaml:16: workers: expected one of the keys name, seed, data, model, training, cluster,"
                                + " checkpoint, tensorboard, expected, report, determinism, ledger, found \"workers\"; did you mean \"cluster.workers\"?");
    }

    @ParameterizedTest
    @CsvSource({
        "learningRate, learning_rate",
        "lr, learning_rate",
        "learnin_rate, learning_rate",
        "beta1, beta_1",
        "Beta_2, beta_2",
        "eps, epsilon"
    })
    void settingsOfAnAlternative(String written, String meant) {
        assertThat(message(JOB.replace("optimizer: adam", "optimizer: {adam: {" + written + ": 0.5}}")))
                .isEqualTo("job.yaml:13: training.optimizer.adam." + written
                        + ": expected one of the keys of adam learning_rate, beta_1, beta_2, epsilon, found \""
                        + written + "\"; did you mean \"" + meant + "\"?");
    }

    @ParameterizedTest
    @CsvSource({"BatchNorm, batch_normalization", "Dense, dense", "drop_out, dropout", "flaten, flatten"})
    void unknownLayer(String written, String meant) {
        assertThat(message(JOB.replace("- dense: {units: 8, activation: relu}", "- " + written)))
                .isEqualTo("job.yaml:8: model.layers.0: expected one of flatten, dense, dropout,"
                        + " batch_normalization, conv2d, max_pooling2d, average_pooling2d, global_average_pooling2d,"
                        + " activation, reshape, input, found \"" + written
                        + "\"; did you mean \"" + meant + "\"?");
    }

    @Test
    void unknownLossOptimizerAndActivationTogether() {
        String job = JOB.replace("loss: mse", "loss: MeanSquaredError")
                .replace("optimizer: adam", "optimizer: adm")
                .replace("activation: relu", "activation: ReLu");
        assertThat(message(job).lines())
                .containsExactly(
                        "job.yaml:8: model.layers.0.dense.activation: expected one of linear, sigmoid, tanh, relu,"
                                + " elu, selu, softplus, swish, hard_sigmoid, leaky_relu, gelu, softmax, step, found \"ReLu\"; did you mean \"relu\"?",
                        "job.yaml:12: training.loss: expected one of mse, mae, mape, msle, huber, hinge,"
                                + " categorical_crossentropy, sparse_categorical_crossentropy, binary_crossentropy,"
                                + " perceptron, found \"MeanSquaredError\"; did you mean \"mse\"?",
                        "job.yaml:13: training.optimizer: expected one of " + OPTIMIZERS
                                + ", found \"adm\"; did you mean \"adam\"?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.5 | a whole number, found 1.5",
                "many | a whole number, found \"many\"",
                "'128' | a whole number, found 128",
                "\"128\" | a whole number, found \"128\"; remove the quotes",
                "true | a whole number, found true",
                "[1] | a whole number, found a list",
                "{a: 1} | a whole number, found the keys a",
                "~ | a whole number, found nothing",
                "3000000000 | a whole number from -2147483648 to 2147483647, found 3000000000",
                "1e400 | a whole number from -2147483648 to 2147483647, found 1e400",
                "0 | a whole number above 0, found 0",
                "-3 | a whole number above 0, found -3",
            })
    void wrongWholeNumber(String written, String expected) {
        String job = JOB.replace("batch_size: 16", "batch_size: " + written);
        if (written.equals("128")) { // The test source took the single quotes.
            assertThat(read(job).training().batchSize()).isEqualTo(128);
            return;
        }
        assertThat(message(job)).isEqualTo("job.yaml:14: training.batch_size: expected " + expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fast | a finite number, found \"fast\"",
                ".inf | a finite number, found .inf",
                "1e999 | a finite number, found 1e999",
                "0 | a number above 0, found 0.0",
            })
    void wrongNumber(String written, String expected) {
        assertThat(message(JOB.replace("optimizer: adam", "optimizer: {adam: {learning_rate: " + written + "}}")))
                .isEqualTo("job.yaml:13: training.optimizer.adam.learning_rate: expected " + expected);
    }

    @Test
    void wrongTruthValueIntervalListAndGroup() {
        String job = JOB.replace("label: target", "label: target\n  header: yes")
                        .replace("epochs: 2", "epochs: 2\n  metrics: mae")
                + "checkpoint: {every: 3 days}\ncluster: local\n";
        assertThat(message(job).lines())
                .containsExactly(
                        "job.yaml:6: data.header: expected true or false, found \"yes\"; did you mean \"true\"?",
                        "job.yaml:17: training.metrics: expected a list, such as [...], found \"mae\"",
                        "job.yaml:18: checkpoint.every: expected an amount and a unit, such as \"1 epoch\","
                                + " \"500 steps\" or \"60 seconds\", found \"3 days\"",
                        "job.yaml:19: cluster: expected a group of settings (workers, sync, master, stall_seconds,"
                                + " join_seconds, shared_memory, restarts, spark, straggler_factor, coordinator_ports,"
                                + " worker_ports, worker_bind_address, worker_advertise_address), found \"local\"");
    }

    @Test
    void missingKeys() {
        assertThat(message("name: job\nmodel:\n  layers:\n    - dense: {activation: relu}\n")
                        .lines())
                .containsExactly(
                        "job.yaml:1: data: expected one of digits, idx, csv, parquet, image_folder, found nothing; it is required: Where the"
                                + " samples come from.",
                        "job.yaml:1: training: expected a group of settings (loss, optimizer,"
                                + " learning_rate_schedule, batch_size, epochs, metrics, clip_norm, clip_value, class_weights, early_stopping, augmentation, on_divergence), found nothing; it is required: How it is trained.",
                        "job.yaml:4: model.layers.0.dense.units: expected a whole number, found nothing; it is"
                                + " required: Number of outputs.");
        assertThat(message(JOB.replace("  format: csv\n", "")))
                .isEqualTo(
                        "job.yaml:2: data.format: expected one of digits, idx, csv, parquet, image_folder, found nothing; it says which"
                                + " settings go with it");
    }

    @Test
    void augmentationOfRowsOfNumbersAndOutOfRange() {
        assertThat(message(JOB + "  augmentation: {random_flip: {mode: horizontal}}\n"))
                .isEqualTo("job.yaml:16: training.augmentation: it changes images, and data.format csv gives rows of"
                        + " numbers; remove it");
        assertThat(message(JOB + "  augmentation: {random_rotation: {factor: 18}, random_zoom: {height_factor: -1},"
                                + " random_gaussian_blur: {kernel_size: 4}}\n")
                        .lines())
                .containsExactly(
                        "job.yaml:16: training.augmentation.random_rotation.factor: expected one number or two in order,"
                                + " from -1 to 1, found [18.0]",
                        "job.yaml:16: training.augmentation.random_zoom.height_factor: expected one number below 1, or"
                                + " two in order, above -1 and at most 10, found [-1.0]",
                        "job.yaml:16: training.augmentation.random_gaussian_blur.kernel_size: expected an odd number from"
                                + " 1 to 99, found 4");
    }

    @Test
    void outOfRangeBesideUnboundSettings() {
        String job = JOB.replace("loss: mse", "loss: poisson").replace("epochs: 2", "epochs: 0");
        assertThat(message(job).lines())
                .containsExactly(
                        "job.yaml:12: training.loss: expected one of mse, mae, mape, msle, huber, hinge,"
                                + " categorical_crossentropy, sparse_categorical_crossentropy, binary_crossentropy,"
                                + " perceptron, found \"poisson\"",
                        "job.yaml:15: training.epochs: expected a whole number above 0, found 0");
    }

    @Test
    void checksAgainstAnUnboundSettingAreLeftOut() {
        assertThat(message(JOB.replace("optimizer: adam", "optimizer: {sgd: {momentum: high, nesterov: true}}")))
                .isEqualTo("job.yaml:13: training.optimizer.sgd.momentum: expected a finite number, found \"high\"");
    }

    @Test
    void layerWhoseSettingsAreNotIndented() {
        assertThat(message(JOB.replace("        units: 1", "      units: 1")))
                .isEqualTo("job.yaml:9: model.layers.1: expected one name with its settings indented below it, such as"
                        + " \"flatten: {...}\", found the keys dense, units");
    }

    @Test
    void duplicateKey() {
        assertThat(message(JOB + "name: other\n"))
                .isEqualTo("job.yaml:16: name: expected each key once, found it again; it stands in line 1 already");
    }

    @Test
    void partsThatDoNotFitTogether() {
        String job = JOB.replace("loss: mse", "loss: binary_crossentropy")
                .replace("activation: relu", "name: a")
                .replace("units: 1", "units: 1\n        name: a");
        assertThat(message(job).lines())
                .containsExactly(
                        "job.yaml:11: model.layers.1.dense.name: expected a name of its own, found \"a\", as layer 0"
                                + " has it",
                        "job.yaml:13: training.loss: binary_crossentropy needs a sigmoid in the last layer, found 1"
                                + " linear outputs; or set from_logits: true");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "balance; expected balanced, or classes with their weights such as {0: 1, 1: 5.7}, found \"balance\"",
                "{cat: 2}; expected classes counted from 0, found \"cat\"",
                "{0: -1}; expected weights not below 0, found -1.0 for 0",
                "{}; expected at least one class with its weight, found an empty group {}",
                "[1, 2]; expected a word, or keys with numbers, found a list",
                "{2: 1}; expected weights of the classes 0..1, found one of class 2"
            })
    void classWeightsThatAreNone(String weights, String problem) {
        String job = JOB.replace("loss: mse", "loss: hinge").replace("epochs: 2", "class_weights: " + weights);
        assertThat(message(job)).endsWith("training.class_weights: " + problem);
    }

    @Test
    void classWeightsOfARegression() {
        assertThat(message(JOB + "  class_weights: balanced\n"))
                .isEqualTo("job.yaml:16: training.class_weights: class weights need a loss that tells classes apart,"
                        + " found mse, which is regression here; remove class_weights");
    }

    @Test
    void anActivationWithoutAGradient() {
        assertThat(message(JOB.replace("activation: relu", "activation: step")))
                .isEqualTo("job.yaml:8: model.layers.0.dense.activation: the activation step has no gradient, so this"
                        + " loss cannot train a network with it here; use sigmoid or hard_sigmoid");
        assertThat(message(JOB.replace("units: 1", "units: 1\n        activation: step")))
                .as("nor is the last layer's skipped by a loss that needs it")
                .isEqualTo("job.yaml:11: model.layers.1.dense.activation: the activation step has no gradient, so this"
                        + " loss cannot train a network with it here; use sigmoid or hard_sigmoid, or the loss"
                        + " perceptron");
    }

    @Test
    void thePerceptronsRuleTrainsALastStepAlone() {
        String job = JOB.replace("loss: mse", "loss: perceptron");
        assertThat(message(job))
                .isEqualTo("job.yaml:12: training.loss: perceptron needs a step in the last layer, found linear; set"
                        + " activation: step there, or choose another loss");
        String steps = job.replace("units: 1", "units: 1\n        activation: step");
        assertThat(read(steps).training().loss()).isEqualTo(new PerceptronLoss());
        assertThat(message(steps.replace("activation: relu", "activation: step")))
                .isEqualTo("job.yaml:8: model.layers.0.dense.activation: the activation step has no gradient, so this"
                        + " loss cannot train a network with it here; use sigmoid or hard_sigmoid");
    }

    @Test
    void anExpectationThatNoRunCouldMeet() {
        assertThat(message(JOB + "expected: {figure: accuracy, at_least: 0.9}\n"))
                .isEqualTo("job.yaml:16: expected.figure: expected train, validation or test, a dot, and loss or a"
                        + " metric, such as test.accuracy, found accuracy");
        assertThat(message(JOB + "expected: {}\n"))
                .isEqualTo("job.yaml:16: expected.at_least: expected at_least, at_most or both, found none");
        assertThat(message(JOB + "expected: {at_least: 2, at_most: 1}\n"))
                .isEqualTo("job.yaml:16: expected.at_most: expected a number not below at_least, found 1.0");
        assertThat(read(JOB + "expected: {figure: test.loss, at_most: 1}\n").expected())
                .isEqualTo(new ExpectedSpec("test.loss", null, 1.0));
    }

    @Test
    void yamlSyntax() {
        assertThat(message(JOB.replace("optimizer: adam", "optimizer: {adam: {")))
                .isEqualTo("job.yaml:15: YAML syntax error in column 9: expected ',' or '}', but got : (while parsing a"
                        + " flow mapping that begins in line 13)");
        assertThat(message(JOB.replace("optimizer: adam", "optimizer: {${NAME}: {}}")))
                .startsWith("job.yaml:13: YAML syntax error in column ")
                .endsWith("; put quotes around \"${...}\"");
        assertThat(message(JOB.replace("  epochs: 2", "\tepochs: 2")))
                .isEqualTo("job.yaml:15: expected spaces, found a tab; YAML is indented with spaces");
        assertThat(message("")).contains("job.yaml:1: name: expected text, found nothing; it is required");
        assertThat(message("just text"))
                .isEqualTo("job.yaml:1: expected a group of settings (name, seed, data, model, training, cluster,"
                        + " checkpoint, tensorboard, expected, report, determinism, ledger), found \"just text\"");
        assertThat(message(JOB + "---\nname: second\n")).startsWith("job.yaml:16: YAML syntax error in column 1: ");
    }

    @Test
    void hostileYaml() {
        StringBuilder bomb = new StringBuilder("a: &a [x,x,x,x,x]\n");
        for (char name = 'b'; name <= 'j'; name++) {
            String alias = "*" + (char) (name - 1);
            bomb.append(name)
                    .append(": &")
                    .append(name)
                    .append(" [")
                    .append(String.join(",", List.of(alias, alias, alias, alias, alias)))
                    .append("]\n");
        }
        assertThat(message(bomb.toString()))
                .contains("expected at most 100000 values, found more once aliases are expanded");
        assertThat(message(bomb + "k: [" + "*a,".repeat(20) + "*a]\n"))
                .contains("aliases")
                .contains("50");
        assertThat(message("[".repeat(100_000))).isEqualTo("job.yaml:1: expected at most 50 levels, found more");
        assertThat(message("name: &a [*a]\n")).contains("found an alias inside the value it stands for");
        assertThat(message("x".repeat(1_000_001))).contains("limit");
        assertThat(message(JOB.replace("name: job", "name: !!java.io.File [/etc/passwd]")))
                .isEqualTo("job.yaml:1: expected no tag, found tag:yaml.org,2002:java.io.File; remove it");
    }

    @Test
    void variables() {
        String job = JOB.replace("train.csv", "${LOCKSTEP_DATA}/train.csv");
        assertThat(message(job))
                .isEqualTo("job.yaml:4: data.train: expected the variable LOCKSTEP_DATA to be set, found it unset; set"
                        + " it, or use `--set data.train=...`");
        assertThat(message(JOB.replace("train.csv", "${a b}")))
                .isEqualTo("job.yaml:4: expected ${NAME} or ${NAME:-default}, found \"${a b}\"; write $${ for a literal"
                        + " ${");
        assertThat(message(job.replace("batch_size: 16", "batch_size: ${SIZE}"), "data.label=${COLUMN}")
                        .lines())
                .containsExactly(
                        "job.yaml:4: data.train: expected the variable LOCKSTEP_DATA to be set, found it unset; set"
                                + " it, or use `--set data.train=...`",
                        "job.yaml:14: training.batch_size: expected the variable SIZE to be set, found it unset; set"
                                + " it, or use `--set training.batch_size=...`",
                        "--set data.label=${COLUMN}: data.label: expected the variable COLUMN to be set, found it"
                                + " unset; set it, or use `--set data.label=...`");
    }

    @Test
    void overrides() {
        assertThat(message(JOB, "training.epoch=3"))
                .isEqualTo("--set training.epoch=3: training.epoch: expected " + TRAINING_KEYS
                        + ", found \"epoch\"; did you mean \"epochs\"?");
        assertThat(message(JOB, "epochs=3"))
                .startsWith("--set epochs=3: epochs: expected one of the keys name, ")
                .endsWith("found \"epochs\"; did you mean \"training.epochs\"?");
        assertThat(message(JOB, "training.epochs"))
                .isEqualTo("--set training.epochs: expected KEY=VALUE, such as training.epochs=5");
        assertThat(message(JOB, "training.epochs=none"))
                .isEqualTo("--set training.epochs=none: training.epochs: expected a whole number, found \"none\"");
        assertThat(message(JOB, "training.epochs=0"))
                .isEqualTo("--set training.epochs=0: training.epochs: expected a whole number above 0, found 0");
        assertThat(message(JOB, "training.epochs.n=0"))
                .isEqualTo("--set training.epochs.n=0: training.epochs: expected a single value (a whole number), found"
                        + " the key \"n\" below it");
        assertThat(message(JOB, "model.layers.2.dense.units=4"))
                .isEqualTo("--set model.layers.2.dense.units=4: model.layers: expected an index from 0 to 1, found"
                        + " \"2\"");
        assertThat(message(JOB, "training.optimizer.learning_rate=4"))
                .isEqualTo("--set training.optimizer.learning_rate=4: training.optimizer.learning_rate: expected the"
                        + " name of the optimizer before the setting; did you mean"
                        + " \"training.optimizer.adam.learning_rate\"?");
        assertThat(message(JOB, "training.optimizer.Adam.learning_rate=4"))
                .endsWith("training.optimizer: expected one of " + OPTIMIZERS
                        + ", found \"Adam\"; did you mean \"adam\"?");
        assertThat(message(JOB, "model.layers=[")).startsWith("--set model.layers=[: YAML syntax error in column ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "=",
                "=1",
                ".=1",
                "training..epochs=1",
                "training.=1",
                "model.layers.-1.x=2",
                "model.layers=5",
                "model.layers.99999999999.x=2",
                "model.layers.0=dense",
                "model.layers.0.x=1",
                "model=5",
                "data=5",
                "data.format=x",
                "data.format=[]",
                "data.format.x=1",
                "training={optimizer: adam}",
                "training.loss.mse.x=1",
                "training.loss=",
                "training.loss=:",
                "training.loss=&a *a",
                "name.x=1",
                "name=\t",
                "cluster.spark=5",
                "seed=1e99",
                "training.metrics.0=mae",
                "checkpoint.every.x=1",
                "data.validation.split=a\nb: c"
            })
    void oddOverridesGiveMessages(String override) {
        assertThat(message(JOB, override)).startsWith("--set " + override);
    }

    @Test
    void fileAndOverridesTogether() {
        assertThat(message(JOB.replace("batch_size: 16", "batch_size: 0"), "cluster.workers=0", "nme=x")
                        .lines())
                .containsExactly(
                        "job.yaml:14: training.batch_size: expected a whole number above 0, found 0",
                        "--set nme=x: nme: expected one of the keys name, seed, data, model, training, cluster,"
                                + " checkpoint, tensorboard, expected, report, determinism, ledger, found \"nme\"; did you mean \"name\"?",
                        "--set cluster.workers=0: cluster.workers: expected a whole number above 0, found 0");
    }

    @Test
    void secretsOfTheCommandLineAreNotRepeated() {
        assertThat(message(JOB, "cluster.spark.spark.authenticate.secret=[hunter2]"))
                .isEqualTo("--set cluster.spark.spark.authenticate.secret=***:"
                        + " cluster.spark.spark.authenticate.secret: expected text, found a list");
        assertThat(message(JOB, "checkpoint.dir=s3a://key:hunter2@bucket/x"))
                .startsWith("--set checkpoint.dir=s3a://***@bucket/x: checkpoint.dir: ")
                .endsWith("did you mean \"directory\"?");
    }

    /** Whatever is in a file, the user gets a job or a message. */
    @Test
    void damagedFilesNeverFailInAnotherWay() {
        long seed = 20261121;
        System.out.println("damagedFilesNeverFailInAnotherWay: seed " + seed);
        Random random = new Random(seed);
        String inserted = "{}[]:,-#&*!|>'\"%@`?~$ \t\n0.e\u0000\ud83d";
        List<String> words = List.of("null", "{}", "[]", "${X}", "&a", "*a", "!!set", "<<: ", "1e9", "? ", "--- ", "-");
        for (int trial = 0; trial < 1_500; trial++) {
            StringBuilder text = new StringBuilder(JOB);
            for (int edit = random.nextInt(4); edit >= 0; edit--) {
                int position = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(position);
                    case 1 -> text.insert(position, inserted.charAt(random.nextInt(inserted.length())));
                    default -> text.insert(position, words.get(random.nextInt(words.size())));
                }
            }
            try {
                assertThat(read(text.toString())).isNotNull();
            } catch (LockstepException e) {
                assertThat(e.getMessage()).startsWith("job.yaml:");
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", trial " + trial + ":\n" + text, e);
            }
        }
    }

    private static JobConfig read(String text) {
        return JobFile.read(text, "job.yaml", List.of(), Map.of());
    }

    private static String message(String text, String... overrides) {
        LockstepException thrown = catchThrowableOfType(
                LockstepException.class, () -> JobFile.read(text, "job.yaml", List.of(overrides), Map.of()));
        assertThat(thrown)
                .as("an error for:%n%s", text.length() < 5_000 ? text : "a long text")
                .isNotNull();
        assertThat(thrown.exitCode()).isEqualTo(ExitCode.USAGE);
        return String.valueOf(thrown.getMessage());
    }

    @Test
    void metricsThatDoNotFitTheNetwork() {
        String job =
                JOB.replace("epochs: 2", "epochs: 2\n  metrics: [mae, r2, accuracy, roc_auc, {top_k: {k: 0}}, recal]");
        assertThat(message(job).lines())
                .containsExactly(
                        "job.yaml:16: training.metrics.4.top_k.k: expected a whole number above 0, found 0",
                        "job.yaml:16: training.metrics.5: expected one of accuracy, balanced_accuracy, top_k, precision,"
                                + " recall, f1, roc_auc, pr_auc, mae, rmse, r2, found \"recal\"; did you mean"
                                + " \"recall\"?");
        assertThat(message(JOB.replace("epochs: 2", "epochs: 2\n  metrics: [mae, r2, accuracy, {top_k: {}}]"))
                        .lines())
                .containsExactly(
                        "job.yaml:16: training.metrics.2: accuracy is for classes, and this loss with this last layer"
                                + " predicts quantities; use mae, rmse or r2",
                        "job.yaml:16: training.metrics.3: top_k is for a network with an output for each class; use"
                                + " accuracy, or mae for quantities");
        String classifier = JOB.replace("units: 1", "units: 4\n        activation: softmax")
                .replace("mse", "sparse_categorical_crossentropy");
        assertThat(message(classifier.replace("epochs: 2", "epochs: 2\n  metrics: [mae, r2, top_k, f1]"))
                        .lines())
                .containsExactly(
                        "job.yaml:17: training.metrics.0: mae needs labels of as many values as the network has outputs,"
                                + " and this loss takes class indices; use accuracy",
                        "job.yaml:17: training.metrics.1: r2 is for quantities, and this loss with this last layer"
                                + " predicts classes; use accuracy, f1 or roc_auc",
                        "job.yaml:17: training.metrics.2: top_k with k: 5 is always 1 for 4 classes; choose a smaller k");
    }
}
