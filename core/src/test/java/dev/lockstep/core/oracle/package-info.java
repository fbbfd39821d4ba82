/**
 * The reference trainer: plain loops in double precision that share no arithmetic with the engine, for every module's
 * tests to compare with.
 */
@NullMarked
package dev.lockstep.core.oracle;

import org.jspecify.annotations.NullMarked;
