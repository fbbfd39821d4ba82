/** Tests of the command {@code plan}, and the tool that compares its predictions with measurements. */
@NullMarked
package dev.lockstep.spark.plan;

import org.jspecify.annotations.NullMarked;
