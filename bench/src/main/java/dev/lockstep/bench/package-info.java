/** Lockstep and its rivals measured side by side; docs/benchmarks.md says what is measured and how. */
@NullMarked
package dev.lockstep.bench;

import org.jspecify.annotations.NullMarked;
