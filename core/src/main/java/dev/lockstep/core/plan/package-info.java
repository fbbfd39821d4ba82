/** What a job would cost on other numbers of workers and other networks: arithmetic over what a probe measured. */
@NullMarked
package dev.lockstep.core.plan;

import org.jspecify.annotations.NullMarked;
