package dev.lockstep.core.train;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.config.TrainingSpec;
import dev.lockstep.core.evaluation.EvaluationResult;
import dev.lockstep.core.evaluation.Metric;
import dev.lockstep.core.optimizer.UpdateRule;
import dev.lockstep.core.sync.RunningTotals;
import dev.lockstep.core.sync.TrainingState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a training tells, as JSON objects; docs/run-directory.md documents those that are kept. */
public final class TrainingEvents {
    private final int epochs;
    private final int stepsPerEpoch;
    private final List<Metric> metrics;
    private final UpdateRule rule;

    /** The events of a run. */
    public TrainingEvents(TrainingSpec training, int stepsPerEpoch) {
        this.epochs = training.epochs();
        this.stepsPerEpoch = stepsPerEpoch;
        this.metrics = training.metrics();
        this.rule = training.updateRule();
    }

    /** How far the current epoch is, for the live line. */
    ObjectNode progress(TrainingState state, double stepSeconds, double samplesTimed) {
        ObjectNode event = event("progress", state);
        event.put("step_in_epoch", state.stepInEpoch());
        putRate(event, samplesTimed, stepSeconds);
        putTraining(event, state.totals());
        return event;
    }

    /** An epoch with its validation. Told by every rank with the same figures; the driver keeps the first. */
    ObjectNode epoch(TrainingState state, StepMeter meter, @Nullable EvaluationResult validation) {
        PhaseTimes phases = meter.phases();
        ObjectNode event = event("epoch", state);
        event.put("seconds", phases.totalSeconds());
        putRate(event, meter.samples(), phases.totalSeconds());
        putLearningRate(event, state);
        putTraining(event, state.totals());
        putValidation(event, validation);
        event.set("phase_seconds", phases.toJson());
        event.put("bytes_per_step", meter.bytesPerStep());
        return event;
    }

    /**
     * An epoch of a training that tells neither its phases nor what it predicted for each sample.
     *
     * @param seconds the steps took
     * @param samples used in them
     * @param loss mean over these samples, penalties included
     */
    public ObjectNode epoch(
            TrainingState state, double seconds, double samples, double loss, @Nullable EvaluationResult validation) {
        ObjectNode event = event("epoch", state);
        event.put("seconds", seconds);
        putRate(event, samples, seconds);
        putLearningRate(event, state);
        event.put("loss", loss);
        putValidation(event, validation);
        return event;
    }

    /** Of the last step taken. */
    private void putLearningRate(ObjectNode event, TrainingState state) {
        event.put("learning_rate", rule.learningRate(state.step(), state.scheduleMemory()));
    }

    private void putValidation(ObjectNode event, @Nullable EvaluationResult validation) {
        if (validation == null) {
            return;
        }
        event.put("val_loss", validation.loss());
        EvaluationFigures.putMetrics(event, "val_", validation);
    }

    /** The test figures, at the end. */
    public ObjectNode test(TrainingState state, EvaluationResult test) {
        ObjectNode event = event("test", state);
        event.setAll(EvaluationFigures.of(test));
        return event;
    }

    /**
     * How the values of each layer are distributed at the end of an epoch.
     *
     * @param layers as {@link LayerStatistics} describes them
     */
    public ObjectNode histograms(TrainingState state, ArrayNode layers) {
        ObjectNode event = event("histograms", state);
        event.set("layers", layers);
        return event;
    }

    /**
     * A step diverged.
     *
     * @param name what was done about it
     * @param step that diverged
     */
    ObjectNode diverged(String name, TrainingState state, long step, String reason) {
        ObjectNode event = event(name, state);
        event.put("step", step);
        event.put("reason", reason);
        return event;
    }

    /** The state was taken from a checkpoint. */
    public ObjectNode resumed(TrainingState state) {
        ObjectNode event = event("resume", state);
        event.put("step_in_epoch", state.stepInEpoch());
        return event;
    }

    private ObjectNode event(String name, TrainingState state) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("event", name);
        event.put("epoch", Math.min(state.epoch() + 1, epochs));
        event.put("epochs", epochs);
        event.put("step", state.step());
        event.put("steps_per_epoch", stepsPerEpoch);
        return event;
    }

    private static void putRate(ObjectNode event, double samples, double seconds) {
        if (seconds > 0) {
            event.put("samples_per_second", samples / seconds);
        } else {
            event.putNull("samples_per_second");
        }
    }

    private void putTraining(ObjectNode event, RunningTotals totals) {
        if (totals.samples() == 0) {
            return;
        }
        event.put("loss", totals.lossSum() / totals.samples());
        for (Metric metric : metrics) {
            Double value = metric.running(totals.samples(), totals.correct(), totals.absoluteErrorSum());
            if (value != null) {
                event.put(metric.key(), value);
            }
        }
    }
}
