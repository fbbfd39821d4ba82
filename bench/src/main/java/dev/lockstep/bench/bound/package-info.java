/** What the machine could do: products, copies, exchanges. */
@NullMarked
package dev.lockstep.bench.bound;

import org.jspecify.annotations.NullMarked;
