@NullMarked
package dev.lockstep.spark;

import org.jspecify.annotations.NullMarked;
