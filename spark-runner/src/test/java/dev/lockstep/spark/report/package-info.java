@NullMarked
package dev.lockstep.spark.report;

import org.jspecify.annotations.NullMarked;
