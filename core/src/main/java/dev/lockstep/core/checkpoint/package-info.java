/**
 * Checkpoints and saved models: policy ({@link CheckpointManager}), format ({@link CheckpointFormat}, {@link
 * ModelArchive}) and storage ({@link CheckpointStorage}) apart. This page is the format's description.
 *
 * <h2>Layout</h2>
 *
 * A checkpoint directory holds any number of checkpoints, each a directory of its own:
 *
 * <pre>
 * checkpoints/
 *   step-000000001234/      complete; the number is the last applied step, at least 12 digits
 *     state.json            UTF-8, one JSON object that belongs to the trainer, at most 16 MiB
 *     NAME.f32              one file a tensor: raw little-endian IEEE 754 float32, nothing else;
 *                           NAME matches [a-z0-9][a-z0-9._-]{0,99}
 *     manifest.json         written last, at most 1 MiB, see below
 *   _temporary-step-000000001234-RANDOM/   being written, or left by a writer that died
 *   _replaced-step-000000001234-RANDOM/    the predecessor of a step that is being written again
 *   _deleted-step-000000001234-RANDOM/     being deleted
 * </pre>
 *
 * <p>Tensors: {@code parameters} is the flat vector of all layers; {@code optimizer} the optimizer's slots one after the
 * other, each as long; {@code sync}, {@code schedule}, {@code residual.RANK}, {@code best} where the job has such state. A
 * tensor of no values may be absent. {@code state.json} has {@code epoch} and {@code step_in_epoch} (from 0), {@code seed},
 * {@code blas_kernel}, {@code header} (the position and running sums as numbers), {@code last_epoch} (the event of the last
 * finished epoch) and what early stopping and best models remember. Readers pass over members that they do not know.
 *
 * <p>A saved model is the directory {@code model/} with {@code model.json}, {@code parameters.f32} and a manifest.
 *
 * <h2>manifest.json</h2>
 *
 * <pre>
 * {"format": "lockstep-checkpoint",   or "lockstep-model"
 *  "format_version": 1,
 *  "step": 1234,
 *  "run_id": "..",
 *  "fencing_number": 3,               of the run lease under which it was written
 *  "created_at": "2026-11-01T12:00:00Z",
 *  "files": {"parameters.f32": {"bytes": 437544, "sha256": ".."}, ..},    every file but this one
 *  "manifest_sha256": ".."}           over this object without this member, written compactly in this order
 * </pre>
 *
 * The rule for {@code manifest_sha256} is the same in every format version, so that a damaged version number can be told
 * from a newer one.
 *
 * <h2>Version history</h2>
 *
 * <table>
 *   <caption>Checkpoints and models count their versions each for themselves</caption>
 *   <tr><th>Version</th><th>Since</th><th>What it is</th></tr>
 *   <tr><td>{@code lockstep-checkpoint} 1</td><td>0.1</td><td>as above; nothing earlier was ever written</td></tr>
 *   <tr><td>{@code lockstep-model} 1</td><td>0.1</td><td>as above; nothing earlier was ever written</td></tr>
 * </table>
 *
 * A change that an older reader would misunderstand gets a new version, a row here, and a directory {@code format-N} under
 * {@code src/test/resources/checkpoints} with what the version before it wrote; {@code EarlierFormatsTest} reads them all.
 * A new tensor or member of {@code state.json} that older readers may pass over gets none. A newer version than the
 * reader's is refused by name.
 *
 * <h2>Protocol</h2>
 *
 * <ol>
 *   <li>Files are for their owner alone: 0600, directories 0700, on the local disk and on HDFS.
 *   <li>A writer first asks whether it still holds the run lease, then removes what dead writers left: it deletes {@code _temporary-} and {@code _deleted-}
 *       directories, and moves a {@code _replaced-} one back when nothing took its place. The run lease sees to it that
 *       there is one writer.
 *   <li>Every file is written into a new temporary directory, closed, and read back: size and SHA-256 must be those of
 *       what was written. The manifest comes last. A write that fails removes its directory if it can.
 *   <li>One rename publishes the directory. Nothing is open by then. A directory of the same name is moved aside first
 *       and deleted afterwards, unless its fencing number is higher: then the writer is the one that lost the lease.
 *   <li>A checkpoint is deleted by renaming it first, so that none is ever half there under its own name.
 * </ol>
 *
 * A reader believes only a directory whose manifest is whole and whose files have the sizes and checksums that it names.
 * Among several the one with the highest fencing number, then the highest step, is the newest. A damaged one is reported
 * and the one before it is used; one of a newer format version is refused, because passing over it would lose its work.
 * Nothing that is read ever reaches Java deserialization, and sizes are checked before memory is allocated.
 */
@NullMarked
package dev.lockstep.core.checkpoint;

import org.jspecify.annotations.NullMarked;
