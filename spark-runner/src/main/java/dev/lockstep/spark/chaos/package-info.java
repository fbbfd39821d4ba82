/**
 * A test tool: faults that the workers of a real run bring about themselves, where somebody asked for them by the
 * environment variable {@link dev.lockstep.spark.chaos.InjectedFaults#VARIABLE}.
 */
@NullMarked
package dev.lockstep.spark.chaos;

import org.jspecify.annotations.NullMarked;
