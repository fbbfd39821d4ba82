package dev.lockstep.core.sync;

import dev.lockstep.core.schema.OneOf;

/** How the workers' updates become one model. */
@OneOf({GradientSharingSync.class, ParameterAveragingSync.class, Dl4jSparkSync.class})
public interface SyncSpec {}
