/** Who belongs to the run: the driver's coordinator and the workers' members. */
@NullMarked
package dev.lockstep.cluster.membership;

import org.jspecify.annotations.NullMarked;
