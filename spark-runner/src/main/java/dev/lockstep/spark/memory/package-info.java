/** Whether the processes of a run have the memory that its shapes need, and the settings that would give it to them. */
@NullMarked
package dev.lockstep.spark.memory;

import org.jspecify.annotations.NullMarked;
