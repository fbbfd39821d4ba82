/** Checksums, by which everything written is known again. */
@NullMarked
package dev.lockstep.core.checksum;

import org.jspecify.annotations.NullMarked;
