/** Whole trainings over real sockets that somebody attacks, listens to or takes apart. */
@NullMarked
package dev.lockstep.cluster.trust;

import org.jspecify.annotations.NullMarked;
