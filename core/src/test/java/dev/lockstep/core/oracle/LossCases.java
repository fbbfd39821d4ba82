package dev.lockstep.core.oracle;

import dev.lockstep.core.model.Activation;
import dev.lockstep.core.model.loss.BinaryCrossentropyLoss;
import dev.lockstep.core.model.loss.CategoricalCrossentropyLoss;
import dev.lockstep.core.model.loss.HingeLoss;
import dev.lockstep.core.model.loss.HuberLoss;
import dev.lockstep.core.model.loss.LossSpec;
import dev.lockstep.core.model.loss.MeanAbsoluteErrorLoss;
import dev.lockstep.core.model.loss.MeanAbsolutePercentageErrorLoss;
import dev.lockstep.core.model.loss.MeanSquaredErrorLoss;
import dev.lockstep.core.model.loss.MeanSquaredLogarithmicErrorLoss;
import dev.lockstep.core.model.loss.PerceptronLoss;
import dev.lockstep.core.model.loss.SparseCategoricalCrossentropyLoss;
import java.util.stream.Stream;

/**
 * Every loss with a last layer that suits it: a new loss is tested by a line here.
 *
 * @param loss of the network
 * @param outputs of the last layer
 * @param last activation of the last layer
 */
public record LossCases(LossSpec loss, int outputs, Activation last) {
    /** All of them, also those that are trained by a rule of their own instead of a derivative. */
    public static Stream<LossCases> all() {
        return Stream.concat(
                differentiable(),
                Stream.of(
                        new LossCases(new PerceptronLoss(), 1, Activation.STEP),
                        new LossCases(new PerceptronLoss(), 3, Activation.STEP)));
    }

    /** Those whose gradient is one, so that central differences show it. */
    public static Stream<LossCases> differentiable() {
        return Stream.of(
                new LossCases(new MeanSquaredErrorLoss(), 3, Activation.LINEAR),
                new LossCases(new MeanSquaredErrorLoss(), 3, Activation.TANH),
                new LossCases(new MeanSquaredErrorLoss(), 2, Activation.SOFTMAX),
                new LossCases(new MeanAbsoluteErrorLoss(), 1, Activation.LINEAR),
                new LossCases(new MeanAbsoluteErrorLoss(), 3, Activation.TANH),
                new LossCases(new MeanAbsolutePercentageErrorLoss(), 3, Activation.LINEAR),
                new LossCases(new MeanSquaredLogarithmicErrorLoss(), 3, Activation.LINEAR),
                new LossCases(new MeanSquaredLogarithmicErrorLoss(), 2, Activation.SOFTPLUS),
                new LossCases(new HuberLoss(1), 3, Activation.LINEAR),
                new LossCases(new HuberLoss(0.25), 1, Activation.LINEAR),
                new LossCases(new HingeLoss(), 1, Activation.LINEAR),
                new LossCases(new HingeLoss(), 3, Activation.TANH),
                new LossCases(new BinaryCrossentropyLoss(), 1, Activation.SIGMOID),
                new LossCases(new BinaryCrossentropyLoss(), 3, Activation.SIGMOID),
                new LossCases(new CategoricalCrossentropyLoss(), 4, Activation.SOFTMAX),
                new LossCases(new SparseCategoricalCrossentropyLoss(), 4, Activation.SOFTMAX),
                new LossCases(new BinaryCrossentropyLoss(true), 1, Activation.LINEAR),
                new LossCases(new BinaryCrossentropyLoss(true), 3, Activation.LINEAR),
                new LossCases(new CategoricalCrossentropyLoss(true), 4, Activation.LINEAR),
                new LossCases(new SparseCategoricalCrossentropyLoss(true), 4, Activation.LINEAR));
    }
}
