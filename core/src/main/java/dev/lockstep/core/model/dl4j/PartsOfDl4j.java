package dev.lockstep.core.model.dl4j;

import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.RegularizerSpec;
import dev.lockstep.core.model.layer.DropoutLayer;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.BaseLayer;

/** Dropout and penalties as DL4J has them: for a network that DL4J trains, here or elsewhere. */
interface PartsOfDl4j extends Dl4jConfiguration.Parts {
    /** DL4J is told the share that is kept. */
    @Override
    default IDropout dropout(DropoutLayer spec, PlannedLayer layer) {
        return new Dropout(1 - spec.rate());
    }

    /** DL4J's l2 is lambda / 2 times the sum of squares, its l1 lambda times the sum of magnitudes. */
    @Override
    default void penalise(BaseLayer.Builder<?> layer, RegularizerSpec kernel, RegularizerSpec bias) {
        layer.l2(2 * kernel.l2());
        layer.l2Bias(2 * bias.l2());
        layer.l1(kernel.l1());
        layer.l1Bias(bias.l1());
    }
}
