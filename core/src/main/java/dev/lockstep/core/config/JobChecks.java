package dev.lockstep.core.config;

import dev.lockstep.core.config.ConfigNode.Entry;
import dev.lockstep.core.config.ConfigNode.Mapping;
import dev.lockstep.core.config.ConfigNode.Sequence;
import dev.lockstep.core.data.ValidationSpec;
import dev.lockstep.core.evaluation.Metric;
import dev.lockstep.core.evaluation.PredictionKind;
import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.layer.ActivationLayer;
import dev.lockstep.core.model.layer.DenseLayer;
import dev.lockstep.core.model.layer.LayerSpec;
import dev.lockstep.core.model.loss.ClassWeights;
import dev.lockstep.core.model.loss.LossGradient;
import dev.lockstep.core.model.loss.LossSpec;
import dev.lockstep.core.monitor.BestModelSpec;
import dev.lockstep.core.monitor.EarlyStoppingSpec;
import dev.lockstep.core.monitor.Monitored;
import dev.lockstep.core.optimizer.LearningRateSchedule;
import dev.lockstep.core.schema.Alternatives;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a job's parts have to agree on and that shows without the data; the rest shows when the network is planned. */
final class JobChecks {
    private final ConfigNode tree;
    private final Problems problems;

    JobChecks(ConfigNode tree, Problems problems) {
        this.tree = tree;
        this.problems = problems;
    }

    /** Notes what does not fit together. */
    void check(JobConfig job) {
        checkLayerNames(job.model().layers());
        checkLoss(job);
        checkSchedule(job);
        checkActivations(job);
        checkClassWeights(job);
        checkNamedLayers(job, job.model().frozen(), "model.frozen");
        checkNamedLayers(job, job.model().initialLayers(), "model.initial_layers");
        checkAugmentation(job);
        checkMetrics(job);
        checkCondition(job, "data.validation.where", job.data().validation());
        checkCondition(job, "data.test_split.where", job.data().testSplit());
        String ofSlices = SlicesCheck.objection(job);
        if (ofSlices != null) {
            problems.add(locate(SlicesCheck.PATH), SlicesCheck.PATH, ofSlices);
        }
        EarlyStoppingSpec stopping = job.training().earlyStopping();
        if (stopping != null) {
            checkMonitor(job, stopping.monitor(), "training.early_stopping");
        }
        BestModelSpec best = job.checkpoint().best();
        if (best != null) {
            checkMonitor(job, best.monitor(), "checkpoint.best");
        }
    }

    private void checkAugmentation(JobConfig job) {
        if (job.training().augmentation() != null && job.data().hasColumns()) {
            Class<? extends Record> format = job.data().getClass().asSubclass(Record.class);
            problems.add(
                    locate("training.augmentation"),
                    "training.augmentation",
                    "it changes images, and data.format " + Alternatives.nameOf(format)
                            + " gives rows of numbers; remove it");
        }
    }

    private void checkCondition(JobConfig job, String path, ValidationSpec keptApart) {
        if (keptApart.where() != null && !job.data().hasColumns()) {
            problems.add(
                    locate(path),
                    path,
                    "a condition needs columns, and format: "
                            + Alternatives.nameOf(job.data().getClass().asSubclass(Record.class))
                            + " has none; use split or folds");
        }
    }

    private void checkSchedule(JobConfig job) {
        LearningRateSchedule schedule = job.training().learningRateSchedule();
        if (schedule != null
                && schedule.needsValidation()
                && job.data().validation().isNone()) {
            problems.add(
                    locate("training.learning_rate_schedule"),
                    "training.learning_rate_schedule",
                    "it looks at the validation loss, and data.validation keeps no samples; keep some, such as"
                            + " data.validation.split: 0.1, or let it monitor: loss");
        }
    }

    private void checkLayerNames(List<LayerSpec> layers) {
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            String name = layers.get(i).name();
            Integer earlier = name == null ? null : seen.putIfAbsent(name, i);
            if (earlier != null) {
                String path = pathOf(layers, i) + ".name";
                problems.expected(
                        locate(path), path, "a name of its own", '"' + name + "\", as layer " + earlier + " has it");
            }
        }
    }

    private void checkNamedLayers(JobConfig job, List<String> asked, String path) {
        List<String> names = job.model().layerNames();
        for (int i = 0; i < asked.size(); i++) {
            if (!names.contains(asked.get(i))) {
                String at = path + "." + i;
                problems.unknownName(
                        locate(at), at, "the name of a layer: " + String.join(", ", names), asked.get(i), names);
            }
        }
    }

    private void checkLoss(JobConfig job) {
        List<LayerSpec> layers = job.model().layers();
        LayerSpec last = layers.get(layers.size() - 1);
        // What a layer without an activation passes on is linear; the sizes of all but dense come from the data.
        String objection = last instanceof DenseLayer dense
                ? job.training().loss().objection(dense.activation(), dense.units())
                : job.training()
                        .loss()
                        .objection(last instanceof ActivationLayer ? last.activation() : Activation.LINEAR, 2);
        if (objection != null) {
            problems.add(locate("training.loss"), "training.loss", objection);
        }
    }

    private void checkActivations(JobConfig job) {
        List<LayerSpec> layers = job.model().layers();
        for (int i = 0; i < layers.size(); i++) {
            boolean isLast = i == layers.size() - 1;
            String objection =
                    LossGradient.objection(job.training().loss(), layers.get(i).activation(), isLast);
            if (objection != null) {
                String path = pathOf(layers, i) + ".activation";
                problems.add(locate(path), path, objection);
            }
        }
    }

    private static String pathOf(List<LayerSpec> layers, int index) {
        Class<? extends Record> type = layers.get(index).getClass().asSubclass(Record.class);
        return "model.layers." + index + "." + Alternatives.nameOf(type);
    }

    private void checkClassWeights(JobConfig job) {
        ClassWeights weights = job.training().classWeights();
        if (weights == null) {
            return;
        }
        List<LayerSpec> layers = job.model().layers();
        LossSpec loss = job.training().loss();
        String objection = layers.get(layers.size() - 1) instanceof DenseLayer dense
                ? weights.objection(loss, dense.activation(), dense.units())
                : weights.objection(loss, layers.get(layers.size() - 1).activation(), Integer.MAX_VALUE);
        if (objection != null) {
            problems.add(locate("training.class_weights"), "training.class_weights", objection);
        }
    }

    private void checkMetrics(JobConfig job) {
        List<LayerSpec> layers = job.model().layers();
        LayerSpec last = layers.get(layers.size() - 1);
        int outputs = last instanceof DenseLayer dense ? dense.units() : Integer.MAX_VALUE;
        LossSpec loss = job.training().loss();
        boolean activates = last instanceof DenseLayer || last instanceof ActivationLayer;
        PredictionKind kind = PredictionKind.of(loss, activates ? last.activation() : Activation.LINEAR, outputs);
        List<Metric> metrics = job.training().metrics();
        for (int i = 0; i < metrics.size(); i++) {
            String objection = metrics.get(i).objection(kind, loss.labelKind(), outputs);
            if (objection != null) {
                String path = "training.metrics." + i;
                String name = Alternatives.nameOf(metrics.get(i).getClass().asSubclass(Record.class));
                problems.add(locate(path), path, name + " " + objection);
            }
        }
    }

    private void checkMonitor(JobConfig job, String monitor, String group) {
        String path = group + ".monitor";
        List<Monitored> figures = Monitored.of(job.training().metrics());
        Monitored found = figures.stream()
                .filter(figure -> figure.key().equals(monitor))
                .findFirst()
                .orElse(null);
        if (found == null) {
            String known = figures.stream().map(Monitored::key).collect(Collectors.joining(", "));
            problems.expected(
                    locate(path),
                    path,
                    "a figure that an epoch of this job tells (" + known + ")",
                    '"' + monitor + "\"; add the metric to training.metrics, or watch one of these");
        } else if (found.needsValidation() && job.data().validation().isNone()) {
            problems.add(
                    locate(path),
                    path,
                    "it looks at the validation samples, and data.validation keeps none; keep some, such as"
                            + " data.validation.split: 0.1, or let it monitor: loss");
        }
    }

    /** Where a key stands, or the nearest one above it. */
    private Location locate(String path) {
        ConfigNode node = tree;
        Location location = tree.location();
        for (String key : path.split("\\.", -1)) {
            Entry entry = node instanceof Mapping mapping ? mapping.entries().get(key) : null;
            if (entry != null) {
                location = entry.keyLocation();
                node = entry.value();
            } else if (node instanceof Sequence sequence) {
                node = sequence.elements().get(Integer.parseInt(key));
                location = node.location();
            } else {
                break;
            }
        }
        return location;
    }
}
