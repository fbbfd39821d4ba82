/** The documentation, held against the code that it speaks of. */
@NullMarked
package dev.lockstep.spark.docs;

import org.jspecify.annotations.NullMarked;
