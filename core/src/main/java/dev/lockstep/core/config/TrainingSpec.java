package dev.lockstep.core.config;

import dev.lockstep.core.evaluation.Metric;
import dev.lockstep.core.model.loss.LossSpec;
import dev.lockstep.core.optimizer.OptimizerSpec;
import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Setting;
import java.util.List;

/**
 * How the network is trained.
 *
 * @param loss to minimise
 * @param optimizer that minimises it
 * @param batchSize global batch size
 * @param epochs passes over the training samples
 * @param metrics reported beside the loss
 */
public record TrainingSpec(
        @Setting("The loss to minimise.") LossSpec loss,
        @Setting(value = "The optimizer.", byDefault = "adam") OptimizerSpec optimizer,
        @Setting(value = "Samples a step over all workers together, in every mode.", byDefault = "32") int batchSize,
        @Setting(value = "Passes over the training samples.", byDefault = "1") int epochs,
        @Setting(value = "What is reported beside the loss.", byDefault = "[]") List<Metric> metrics) {
    public TrainingSpec {
        metrics = List.copyOf(metrics);
        new Checks()
                .positive("batch_size", batchSize)
                .positive("epochs", epochs)
                .done();
    }
}
