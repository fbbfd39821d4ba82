package dev.lockstep.core.optimizer;

import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;

/**
 * See {@link Named}. State: the first moments of all parameters, then the second moments.
 *
 * @param learningRate step size
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon keeps the quotient finite
 */
@Named(
        value = "nadam",
        doc = "Adam with Nesterov momentum (Dozat 2016) as Keras computes it: u_t = beta_1 * (1 - 0.5 * 0.96^t), m and"
                + " v as adam's, n = u_(t+1) * m / (1 - u_1 * ... * u_(t+1)) + (1 - u_t) * g / (1 - u_1 * ... * u_t),"
                + " w = w - learning_rate * n / (sqrt(v / (1 - beta_2^t)) + epsilon).")
public record NadamOptimizer(
        @Setting(value = "Step size.", byDefault = "0.001") double learningRate,
        @Setting(value = "Decay of the first moment.", key = "beta_1", byDefault = "0.9") double beta1,
        @Setting(value = "Decay of the second moment.", key = "beta_2", byDefault = "0.999") double beta2,
        @Setting(value = "Added to the root of the second moment.", byDefault = "1e-7") double epsilon)
        implements OptimizerSpec {
    public NadamOptimizer {
        new Checks()
                .positive("learning_rate", learningRate)
                .fraction("beta_1", beta1)
                .fraction("beta_2", beta2)
                .positive("epsilon", epsilon)
                .done();
    }

    @Override
    public int stateSlots() {
        return 2;
    }

    @Override
    public Optimizer create() {
        return new Update(this);
    }

    /** The rule. */
    private static final class Update implements Optimizer {
        private static final double WARMING = 0.96;

        private final NadamOptimizer settings;
        private long knownStep = -1;
        private double knownRate;
        /** Of u_1 to u_productStep: a function of the step alone, so it is no state. */
        private double product = 1;

        private long productStep;
        private float momentShare;
        private float gradientShare;
        private float correction;

        Update(NadamOptimizer settings) {
            this.settings = settings;
        }

        @Override
        public void update(
                float[] parameters,
                float[] gradient,
                OptimizerState state,
                int from,
                int to,
                long step,
                double learningRate) {
            if (step != knownStep || learningRate != knownRate) {
                prepare(step, learningRate);
                knownStep = step;
                knownRate = learningRate;
            }
            update(parameters, gradient, state.slot(0), state.slot(1), from, to);
        }

        private void prepare(long step, double learningRate) {
            double next = momentum(step + 1);
            double untilNow = productUntil(step);
            momentShare = (float) (learningRate * next / (1 - untilNow * next));
            gradientShare = (float) (learningRate * (1 - momentum(step)) / (1 - untilNow));
            correction = (float) (1 / (1 - StrictMath.pow(settings.beta2(), (double) step)));
        }

        private double momentum(long step) {
            return settings.beta1() * (1 - 0.5 * StrictMath.pow(WARMING, (double) step));
        }

        /** Always the same factors in the same order, so that a resumed run has the same bits. */
        private double productUntil(long step) {
            if (step < productStep) {
                product = 1;
                productStep = 0;
            }
            for (; productStep < step && product > 0; productStep++) {
                product *= momentum(productStep + 1);
            }
            productStep = step;
            return product;
        }

        private void update(float[] parameters, float[] gradient, float[] first, float[] second, int from, int to) {
            float firstDecay = (float) settings.beta1();
            float secondDecay = (float) settings.beta2();
            float firstShare = (float) (1 - settings.beta1());
            float secondShare = (float) (1 - settings.beta2());
            float smallest = (float) settings.epsilon();
            float ofMoment = momentShare;
            float ofGradient = gradientShare;
            float corrected = correction;
            for (int i = from; i < to; i++) {
                float g = gradient[i];
                float m = firstDecay * first[i] + firstShare * g + Denormals.FLUSH - Denormals.FLUSH;
                float v = secondDecay * second[i] + secondShare * g * g + Denormals.FLUSH - Denormals.FLUSH;
                first[i] = m;
                second[i] = v;
                parameters[i] -= (ofMoment * m + ofGradient * g) / ((float) Math.sqrt(corrected * v) + smallest);
            }
        }
    }
}
