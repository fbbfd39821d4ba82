@NullMarked
package dev.lockstep.cluster;

import org.jspecify.annotations.NullMarked;
