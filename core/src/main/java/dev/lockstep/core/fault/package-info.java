/**
 * Faults that are brought about on purpose: a test tool. A {@link dev.lockstep.core.fault.FaultSchedule} is plain data,
 * drawn from a seed and replayable; decorators of membership and storage bring its faults about at the moments that it
 * names. Nothing here is reached unless somebody hands over a schedule.
 */
@NullMarked
package dev.lockstep.core.fault;

import org.jspecify.annotations.NullMarked;
