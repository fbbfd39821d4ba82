/** How much memory something needs, in numbers that cannot overflow. */
@NullMarked
package dev.lockstep.core.memory;

import org.jspecify.annotations.NullMarked;
