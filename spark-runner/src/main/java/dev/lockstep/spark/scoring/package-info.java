/** Trained models on rows that arrive: batch scoring, and what it is made of. */
@NullMarked
package dev.lockstep.spark.scoring;

import org.jspecify.annotations.NullMarked;
