package dev.lockstep.core.train;

import dev.lockstep.core.model.NetworkPlan;

/** Where the first parameters of a run come from; asked on one rank only, and not when a run is resumed. */
@FunctionalInterface
public interface InitialParameters {
    /** Drawn by the layers' initialisers. */
    InitialParameters DRAWN = NetworkPlan::initialParameters;

    /** The flat vector that training begins with. */
    float[] of(NetworkPlan plan, long seed);
}
