/**
 * What may be in the way of a run, looked at before one. A group of checks is a class that implements {@link
 * dev.lockstep.spark.doctor.Check} and an entry in {@link dev.lockstep.spark.doctor.Doctor}.
 */
@NullMarked
package dev.lockstep.spark.doctor;

import org.jspecify.annotations.NullMarked;
