@NullMarked
package dev.lockstep.spark.submit;

import org.jspecify.annotations.NullMarked;
