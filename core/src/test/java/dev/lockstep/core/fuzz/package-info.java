/** Readers are given bytes that may come from anybody: what must hold, the targets' contract, and how they are driven. */
@NullMarked
package dev.lockstep.core.fuzz;

import org.jspecify.annotations.NullMarked;
