package dev.lockstep.core.oracle;

import dev.lockstep.core.optimizer.AdadeltaOptimizer;
import dev.lockstep.core.optimizer.AdagradOptimizer;
import dev.lockstep.core.optimizer.AdamOptimizer;
import dev.lockstep.core.optimizer.AdamwOptimizer;
import dev.lockstep.core.optimizer.CosineDecaySchedule;
import dev.lockstep.core.optimizer.ExponentialDecaySchedule;
import dev.lockstep.core.optimizer.MomentumOptimizer;
import dev.lockstep.core.optimizer.NadamOptimizer;
import dev.lockstep.core.optimizer.NesterovOptimizer;
import dev.lockstep.core.optimizer.OptimizerSpec;
import dev.lockstep.core.optimizer.RmspropOptimizer;
import dev.lockstep.core.optimizer.SgdOptimizer;
import dev.lockstep.core.optimizer.UpdateRule;

/** Keras's update rules in double precision, as its documentation and code have them. */
final class ReferenceOptimizer {
    private ReferenceOptimizer() {}

    /**
     * One step on one array.
     *
     * @param step counted from 1
     */
    static void update(OptimizerSpec optimizer, ReferenceTensor tensor, double[] gradient, long step, double rate) {
        if (optimizer instanceof SgdOptimizer sgd) {
            sgd(sgd.momentum(), sgd.nesterov(), tensor, gradient, rate);
        } else if (optimizer instanceof MomentumOptimizer momentum) {
            sgd(momentum.momentum(), false, tensor, gradient, rate);
        } else if (optimizer instanceof NesterovOptimizer nesterov) {
            sgd(nesterov.momentum(), true, tensor, gradient, rate);
        } else if (optimizer instanceof AdagradOptimizer adagrad) {
            adagrad(adagrad, tensor, gradient, step, rate);
        } else if (optimizer instanceof AdadeltaOptimizer adadelta) {
            adadelta(adadelta, tensor, gradient, rate);
        } else if (optimizer instanceof RmspropOptimizer rmsprop) {
            rmsprop(rmsprop, tensor, gradient, rate);
        } else if (optimizer instanceof AdamOptimizer adam) {
            adam(adam, tensor, gradient, step, rate);
        } else if (optimizer instanceof AdamwOptimizer adamw) {
            for (int i = 0; i < tensor.values.length; i++) {
                tensor.values[i] -= tensor.values[i] * adamw.weightDecay() * rate;
            }
            adam(
                    new AdamOptimizer(adamw.learningRate(), adamw.beta1(), adamw.beta2(), adamw.epsilon()),
                    tensor,
                    gradient,
                    step,
                    rate);
        } else if (optimizer instanceof NadamOptimizer nadam) {
            nadam(nadam, tensor, gradient, step, rate);
        } else {
            throw new IllegalArgumentException("the reference trainer does not know " + optimizer);
        }
    }

    /** The learning rate of a step, counted from 1. */
    static double rate(UpdateRule rule, long step) {
        double rate = rule.optimizer().learningRate();
        double done = (double) (step - 1);
        if (rule.schedule() == null) {
            return rate;
        }
        if (rule.schedule() instanceof ExponentialDecaySchedule decay && !decay.staircase()) {
            return rate * Math.exp(Math.log(decay.decayRate()) * done / decay.decaySteps());
        }
        if (rule.schedule() instanceof CosineDecaySchedule cosine) {
            double warmup = cosine.warmupSteps();
            if (done < warmup) {
                return rate * (cosine.warmupFrom() * (warmup - done) + done) / warmup;
            }
            double angle = Math.PI * Math.min(done - warmup, cosine.decaySteps()) / cosine.decaySteps();
            return rate * ((1 - cosine.alpha()) * (Math.cos(angle) + 1) / 2 + cosine.alpha());
        }
        throw new IllegalArgumentException("the reference trainer does not know " + rule.schedule());
    }

    private static void sgd(double momentum, boolean nesterov, ReferenceTensor tensor, double[] gradient, double rate) {
        for (int i = 0; i < gradient.length; i++) {
            double velocity = momentum * tensor.firstSlot[i] - rate * gradient[i];
            tensor.firstSlot[i] = velocity;
            tensor.values[i] += nesterov ? momentum * velocity - rate * gradient[i] : velocity;
        }
    }

    private static void adagrad(
            AdagradOptimizer adagrad, ReferenceTensor tensor, double[] gradient, long step, double rate) {
        for (int i = 0; i < gradient.length; i++) {
            if (step == 1) {
                tensor.firstSlot[i] = adagrad.initialAccumulatorValue();
            }
            tensor.firstSlot[i] += gradient[i] * gradient[i];
            tensor.values[i] -= rate * gradient[i] / Math.sqrt(tensor.firstSlot[i] + adagrad.epsilon());
        }
    }

    private static void adadelta(AdadeltaOptimizer adadelta, ReferenceTensor tensor, double[] gradient, double rate) {
        double rho = adadelta.rho();
        for (int i = 0; i < gradient.length; i++) {
            double g = gradient[i];
            tensor.firstSlot[i] = rho * tensor.firstSlot[i] + (1 - rho) * g * g;
            double delta = -Math.sqrt(tensor.secondSlot[i] + adadelta.epsilon())
                    * g
                    / Math.sqrt(tensor.firstSlot[i] + adadelta.epsilon());
            tensor.secondSlot[i] = rho * tensor.secondSlot[i] + (1 - rho) * delta * delta;
            tensor.values[i] += rate * delta;
        }
    }

    private static void rmsprop(RmspropOptimizer rmsprop, ReferenceTensor tensor, double[] gradient, double rate) {
        double rho = rmsprop.rho();
        for (int i = 0; i < gradient.length; i++) {
            double g = gradient[i];
            tensor.firstSlot[i] = rho * tensor.firstSlot[i] + (1 - rho) * g * g;
            double denominator = tensor.firstSlot[i] + rmsprop.epsilon();
            if (rmsprop.centered()) {
                tensor.secondSlot[i] = rho * tensor.secondSlot[i] + (1 - rho) * g;
                denominator -= tensor.secondSlot[i] * tensor.secondSlot[i];
            }
            tensor.thirdSlot[i] = rmsprop.momentum() * tensor.thirdSlot[i] + rate * g / Math.sqrt(denominator);
            tensor.values[i] -= tensor.thirdSlot[i];
        }
    }

    private static void adam(AdamOptimizer adam, ReferenceTensor tensor, double[] gradient, long step, double rate) {
        double size = rate
                * Math.sqrt(1 - Math.pow(adam.beta2(), (double) step))
                / (1 - Math.pow(adam.beta1(), (double) step));
        for (int i = 0; i < gradient.length; i++) {
            double g = gradient[i];
            double m = adam.beta1() * tensor.firstSlot[i] + (1 - adam.beta1()) * g;
            double v = adam.beta2() * tensor.secondSlot[i] + (1 - adam.beta2()) * g * g;
            tensor.firstSlot[i] = m;
            tensor.secondSlot[i] = v;
            tensor.values[i] -= size * m / (Math.sqrt(v) + adam.epsilon());
        }
    }

    private static void nadam(NadamOptimizer nadam, ReferenceTensor tensor, double[] gradient, long step, double rate) {
        double product = 1;
        for (long t = 1; t <= step; t++) {
            product *= momentumOfNadam(nadam, t);
        }
        double now = momentumOfNadam(nadam, step);
        double next = momentumOfNadam(nadam, step + 1);
        for (int i = 0; i < gradient.length; i++) {
            double g = gradient[i];
            double m = nadam.beta1() * tensor.firstSlot[i] + (1 - nadam.beta1()) * g;
            double v = nadam.beta2() * tensor.secondSlot[i] + (1 - nadam.beta2()) * g * g;
            tensor.firstSlot[i] = m;
            tensor.secondSlot[i] = v;
            double moment = next * m / (1 - product * next) + (1 - now) * g / (1 - product);
            double square = v / (1 - Math.pow(nadam.beta2(), (double) step));
            tensor.values[i] -= rate * moment / (Math.sqrt(square) + nadam.epsilon());
        }
    }

    private static double momentumOfNadam(NadamOptimizer nadam, long step) {
        return nadam.beta1() * (1 - 0.5 * Math.pow(0.96, (double) step));
    }
}
