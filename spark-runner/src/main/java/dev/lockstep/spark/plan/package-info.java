/** The command {@code plan}: probes of this machine, and the report on what they predict. */
@NullMarked
package dev.lockstep.spark.plan;

import org.jspecify.annotations.NullMarked;
