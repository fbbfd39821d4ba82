/** Workers on several machines acting together. */
@NullMarked
package dev.lockstep.cluster.collective;

import org.jspecify.annotations.NullMarked;
