@NullMarked
package dev.lockstep.core;

import org.jspecify.annotations.NullMarked;
