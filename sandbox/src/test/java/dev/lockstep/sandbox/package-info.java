@NullMarked
package dev.lockstep.sandbox;

import org.jspecify.annotations.NullMarked;
