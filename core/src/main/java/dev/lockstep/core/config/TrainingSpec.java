package dev.lockstep.core.config;

import dev.lockstep.core.augmentation.AugmentationSpec;
import dev.lockstep.core.evaluation.Metric;
import dev.lockstep.core.model.loss.ClassWeights;
import dev.lockstep.core.model.loss.LossSpec;
import dev.lockstep.core.monitor.EarlyStoppingSpec;
import dev.lockstep.core.optimizer.GradientClipping;
import dev.lockstep.core.optimizer.LearningRateSchedule;
import dev.lockstep.core.optimizer.OptimizerSpec;
import dev.lockstep.core.optimizer.UpdateRule;
import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;
import dev.lockstep.core.sync.DivergencePolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the network is trained.
 *
 * @param loss to minimise
 * @param optimizer that minimises it
 * @param learningRateSchedule how the learning rate changes; null for not at all
 * @param batchSize global batch size
 * @param epochs passes over the training samples
 * @param metrics reported beside the loss
 * @param clipNorm the largest norm of the gradient; null for any
 * @param clipValue the largest magnitude of an element of the gradient; null for any
 * @param classWeights what the samples of each class count; null for all the same
 * @param earlyStopping when the run has learnt enough; null for never
 * @param augmentation how training images are changed; null for not at all
 * @param onDivergence what happens when the numbers are no longer finite
 */
public record TrainingSpec(
        @Setting("The loss to minimise.") LossSpec loss,
        @Setting(value = "The optimizer.", byDefault = "adam") OptimizerSpec optimizer,
        @Setting(
                        value = "How the learning rate changes in the course of the run, beginning with the optimizer's"
                                + " learning_rate; t counts the steps of the whole run, whatever the number of workers."
                                + " By default it stays the same.",
                        optional = true)
                @Nullable
                LearningRateSchedule learningRateSchedule,
        @Setting(value = "Samples a step over all workers together, in every mode.", byDefault = "32") int batchSize,
        @Setting(value = "Passes over the training samples.", byDefault = "1") int epochs,
        @Setting(
                        value =
                                "What is reported beside the loss, of the validation samples after every epoch and of the"
                                        + " test samples at the end, there each beside what guessing gives; accuracy and mae also"
                                        + " of the training samples while an epoch goes on.",
                        byDefault = "[]")
                List<Metric> metrics,
        @Setting(
                        value = "Clips the gradient: where its Euclidean norm over all layers together is larger, it"
                                + " is scaled down to this norm (Pascanu et al. 2013; Keras's global_clipnorm). Meant"
                                + " is the mean gradient over the global batch, penalties included; with"
                                + " parameter_averaging that of a worker's slice. By default any norm.",
                        optional = true)
                @Nullable
                Double clipNorm,
        @Setting(
                        value = "Clips each element of that gradient to at most this far from 0 (Keras's clipvalue);"
                                + " not together with clip_norm. By default any value.",
                        optional = true)
                @Nullable
                Double clipValue,
        @Setting(
                        value = "What the loss and the gradient of a sample are multiplied by, by its class, as Keras's"
                                + " fit(class_weight=...) does: `{0: 1.0, 1: 5.7}`, a class without a number has 1; or"
                                + " `balanced`, training samples / (classes among them * training samples of the"
                                + " class). The training loss is the sum of the weighted losses / the number of samples;"
                                + " metrics, validation and test are not weighted.",
                        optional = true)
                @Nullable
                ClassWeights classWeights,
        @Setting(
                        value =
                                "Ends the run when a figure has not improved for some epochs, as Keras's EarlyStopping. By"
                                        + " default all epochs are trained.",
                        optional = true)
                @Nullable
                EarlyStoppingSpec earlyStopping,
        @Setting(
                        value = "How training images are changed on the fly, anew in every epoch; validation and test"
                                + " images are not. The random numbers are a function of seed, epoch and sample, whatever"
                                + " the number of workers. Ranges are written as Keras's layers of these names take them."
                                + " By default not at all.",
                        optional = true)
                @Nullable
                AugmentationSpec augmentation,
        @Setting(
                        value =
                                "What happens when the loss or a gradient of any worker is NaN, infinite or beyond 1e18 (its"
                                        + " square has no place in single precision). Nothing is applied in such a step, by no"
                                        + " worker.",
                        byDefault = "stop")
                DivergencePolicy onDivergence) {
    public TrainingSpec {
        metrics = List.copyOf(metrics);
        new Checks()
                .positive("batch_size", batchSize)
                .positive("epochs", epochs)
                .positive("clip_norm", clipNorm == null ? 1 : clipNorm)
                .that("clip_value", clipNorm == null || clipValue == null, "clip_norm or clip_value, not both", "both")
                .positive("clip_value", clipValue == null ? 1 : clipValue)
                .done();
    }

    /** What a step does with the gradient. */
    public UpdateRule updateRule() {
        return new UpdateRule(optimizer, new GradientClipping(limit(clipNorm), limit(clipValue)), learningRateSchedule);
    }

    private static double limit(@Nullable Double given) {
        return given == null ? Double.POSITIVE_INFINITY : given;
    }
}
