/**
 * Which samples every step used, noted by the workers themselves, and the proof from these notes that each was used
 * exactly once an epoch.
 *
 * <h2>How it stays true when processes are killed</h2>
 *
 * A rank notes what it has read <em>before</em> its part can be merged. So wherever a step is complete, the notes of all
 * its ranks are there, whoever is killed then; that a step was noted does not mean that it was completed. Which steps
 * were is told by what follows: a generation notes the step that it continues from, and everything later that an older
 * generation has noted does not count. Nothing is ever rewritten or cut off: a resume is one more generation.
 *
 * <h2>What proves which samples they were</h2>
 *
 * A note has the positions in the order of the epoch, which is a permutation of the training samples (a function of seed
 * and epoch, see {@link dev.lockstep.core.data.ShardPlan}), and a {@link dev.lockstep.core.ledger.SamplesHash} of the
 * stable indices that were really read. The hash of several parts is the sum of theirs, in whatever order, so that each
 * epoch's must be that of the training samples.
 */
@NullMarked
package dev.lockstep.core.ledger;

import org.jspecify.annotations.NullMarked;
