@NullMarked
package dev.lockstep.cuda;

import org.jspecify.annotations.NullMarked;
