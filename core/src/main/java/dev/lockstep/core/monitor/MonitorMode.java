package dev.lockstep.core.monitor;

import dev.lockstep.core.schema.Meaning;

/** Which values of a figure are better. */
public enum MonitorMode {
    /** The figure's own direction. */
    @Meaning("less is better of a loss, mae and rmse, more of every other metric")
    AUTO,
    /** Less is better. */
    @Meaning("less is better")
    MIN,
    /** More is better. */
    @Meaning("more is better")
    MAX
}
