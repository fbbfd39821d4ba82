package dev.lockstep.spark.ml;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.table.LabelForm;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.FrameTraining;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * The job that the params of a learner stand for: a job file's text, read and checked as one, so that what does not fit
 * together is told in the same words.
 */
final class FrameJob {
    /** Stands in the job for the file: the samples are in no file. */
    private static final String NO_FILE = "data-frame";

    /** What a learner learns. */
    enum Task {
        /** Classes. */
        CLASSIFIER("classifier", "sparse_categorical_crossentropy", "softmax", "accuracy", LabelForm.CLASS_NUMBERS),
        /** A quantity. */
        REGRESSOR("regressor", "mse", "linear", "mae", LabelForm.TARGETS);

        private final String name;
        private final String loss;
        private final String lastActivation;
        private final String metric;
        private final LabelForm labels;

        Task(String name, String loss, String lastActivation, String metric, LabelForm labels) {
            this.name = name;
            this.loss = loss;
            this.lastActivation = lastActivation;
            this.metric = metric;
            this.labels = labels;
        }
    }

    private final Task task;
    private final NeuralNetworkParams<?> params;
    private final FrameColumns columns;
    private final JobConfig config;

    /**
     * Reads the params.
     *
     * @throws LockstepException listing all that does not fit
     */
    FrameJob(Task task, NeuralNetworkParams<?> params, FrameColumns columns) {
        this.task = task;
        this.params = params;
        this.columns = columns;
        this.config = JobFile.read(text(), "params of " + params.uid(), overrides(), System.getenv());
    }

    /** The job. */
    JobConfig config() {
        return config;
    }

    /** Trains on a frame. */
    FrameTraining.Fitted fit(Dataset<?> dataset) {
        Dataset<Row> frame = columns.of(dataset);
        return FrameTraining.fit(frame, task.labels, config, given(params.runDirectory()));
    }

    private String text() {
        ObjectNode job = JsonNodeFactory.instance.objectNode();
        // The same for every learner: a process that goes on with a run has made another one.
        job.put("name", task.name);
        job.put("seed", (long) params.getOrDefault(params.seed()));
        putData(job.putObject("data"));
        ObjectNode model = job.putObject("model");
        if (given(params.network()) == null) {
            putLayers(model.putArray("layers"));
        }
        putTraining(job.putObject("training"));
        if (params.isDefined(params.numWorkers())) {
            job.putObject("cluster").put("workers", (int) params.getOrDefault(params.numWorkers()));
        }
        // Epochs may be short, and there may be many.
        job.putObject("checkpoint").put("every", "60 seconds");
        return job.toString();
    }

    private void putData(ObjectNode data) {
        data.put("format", "parquet").put("train", NO_FILE);
        data.put("label", escaped(columns.label()));
        String weights = columns.weights();
        if (weights != null) {
            data.put("weights", escaped(weights));
        }
        String validation = columns.validation();
        if (validation != null) {
            data.putArray("ignore").add(escaped(validation));
            data.putObject("validation").put("where", escaped(FrameColumns.quoted(validation)));
        }
        if (!columns.classNames().isEmpty()) {
            ArrayNode names = data.putArray("class_names");
            columns.classNames().forEach(name -> names.add(escaped(name)));
        }
    }

    /** A text that stands for itself in a job file. */
    private static String escaped(String text) {
        return text.replace("${", "$${");
    }

    private void putLayers(ArrayNode layers) {
        List<Integer> hidden = new ArrayList<>();
        int outputs;
        if (params.isDefined(params.layers())) {
            int[] sizes = params.getOrDefault(params.layers());
            layers.addObject().putObject("input").put("shape", sizes[0]);
            for (int i = 1; i < sizes.length - 1; i++) {
                hidden.add(sizes[i]);
            }
            outputs = sizes[sizes.length - 1];
        } else {
            for (int size : params.getOrDefault(params.hiddenLayers())) {
                hidden.add(size);
            }
            outputs = task == Task.REGRESSOR ? 1 : columns.classes();
        }
        String activation = params.getOrDefault(params.activation());
        hidden.forEach(
                size -> layers.addObject().putObject("dense").put("units", size).put("activation", activation));
        layers.addObject().putObject("dense").put("units", outputs).put("activation", task.lastActivation);
    }

    private void putTraining(ObjectNode training) {
        training.put("loss", task.loss);
        training.putArray("metrics").add(task.metric);
        training.put("batch_size", (int) params.getOrDefault(params.batchSize()));
        training.put("epochs", (int) params.getOrDefault(params.maxIter()));
        putOptimizer(training);
        int patience = (int) params.getOrDefault(params.patience());
        if (patience > 0) {
            training.putObject("early_stopping")
                    .put("monitor", isValidated() ? "val_loss" : "loss")
                    .put("min_delta", (double) params.getOrDefault(params.tol()))
                    .put("patience", patience)
                    .put("restore_best", true);
        }
    }

    private boolean isValidated() {
        return columns.validation() != null
                || List.of(params.getOrDefault(params.job())).stream()
                        .anyMatch(setting -> key(setting).startsWith("data.validation"));
    }

    private void putOptimizer(ObjectNode training) {
        String solver = params.getOrDefault(params.solver());
        if (solver.equals("l-bfgs")) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "solver: l-bfgs looks at all samples in every step and is not offered; use adam (the default), sgd,"
                            + " momentum, nesterov, adagrad, rmsprop ...");
        }
        String name = solver.equals("gd") ? "sgd" : solver;
        if (params.isDefined(params.stepSize())) {
            training.putObject("optimizer").putObject(name).put("learning_rate", (double)
                    params.getOrDefault(params.stepSize()));
        } else {
            training.put("optimizer", name);
        }
    }

    private List<String> overrides() {
        List<String> overrides = new ArrayList<>();
        String network = given(params.network());
        if (network != null) {
            overrides.add("model.layers=" + network);
        }
        overrides.add("cluster.sync=" + params.getOrDefault(params.syncMode()));
        for (String setting : params.getOrDefault(params.job())) {
            requireNotOfTheSession(setting);
            overrides.add(setting);
        }
        return overrides;
    }

    private static void requireNotOfTheSession(String setting) {
        String key = key(setting);
        boolean ofData = key.equals("data") || key.startsWith("data.") && !key.startsWith("data.validation");
        boolean ofSpark = key.equals("cluster.master") || key.startsWith("cluster.spark");
        if (ofData || ofSpark) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "job: " + key
                            + (ofData
                                    ? " is the data frame's: prepare it by Spark ML's transformers, and name columns by"
                                            + " the learner's params; only data.validation can be set"
                                    : " is the session's, which exists already: set it where the session is made"));
        }
    }

    private static String key(String setting) {
        int equals = setting.indexOf('=');
        return (equals < 0 ? setting : setting.substring(0, equals)).strip();
    }

    private @Nullable String given(Param<String> param) {
        if (!params.isDefined(param)) {
            return null;
        }
        String value = params.getOrDefault(param);
        return value.isBlank() ? null : value;
    }
}
