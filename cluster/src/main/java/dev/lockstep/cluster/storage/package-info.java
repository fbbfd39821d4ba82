/**
 * The run directory wherever it is: on the local disk or any Hadoop file system, with its checkpoints and the lease that
 * keeps a second process out. Local paths go through java.nio, because Hadoop's local file system neither creates
 * exclusively nor flushes to the disk.
 */
@NullMarked
package dev.lockstep.cluster.storage;

import org.jspecify.annotations.NullMarked;
