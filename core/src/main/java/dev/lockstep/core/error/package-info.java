/** What can go wrong, by kind: each kind has an exit code of its own. */
@NullMarked
package dev.lockstep.core.error;

import org.jspecify.annotations.NullMarked;
