/** What is watched from epoch to epoch: when a run has learnt enough, and which of its models was the best. */
@NullMarked
package dev.lockstep.core.monitor;

import org.jspecify.annotations.NullMarked;
