/** When and how the workers' updates become one model. */
@NullMarked
package dev.lockstep.core.sync;

import org.jspecify.annotations.NullMarked;
