/** The one place that computes with DL4J. */
@NullMarked
package dev.lockstep.core.model.dl4j;

import org.jspecify.annotations.NullMarked;
