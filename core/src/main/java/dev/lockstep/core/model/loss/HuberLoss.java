package dev.lockstep.core.model.loss;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}.
 *
 * @param delta where the square becomes a line
 */
@Named(
        value = "huber",
        doc = "Mean over the outputs of e^2 / 2 where abs(e) <= delta and delta * abs(e) - delta^2 / 2 beyond, for"
                + " e = output - label. Keras 3: Huber.")
public record HuberLoss(
        @Setting(value = "Up to this error the loss is a square, beyond it a line.", byDefault = "1.0") double delta)
        implements OutputwiseLoss {
    public HuberLoss {
        new Checks().positive("delta", delta).done();
    }

    @Override
    public double term(double label, double output) {
        double error = Math.abs(output - label);
        return error <= delta ? error * error / 2 : delta * error - delta * delta / 2;
    }
}
