/** What a group of workers can do together, and who belongs to it. */
@NullMarked
package dev.lockstep.core.collective;

import org.jspecify.annotations.NullMarked;
