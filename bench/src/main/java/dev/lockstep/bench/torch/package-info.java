/** The rival libtorch, alone and with gloo. */
@NullMarked
package dev.lockstep.bench.torch;

import org.jspecify.annotations.NullMarked;
