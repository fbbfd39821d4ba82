/** Metrics from predictions and labels. */
@NullMarked
package dev.lockstep.core.evaluation;

import org.jspecify.annotations.NullMarked;
