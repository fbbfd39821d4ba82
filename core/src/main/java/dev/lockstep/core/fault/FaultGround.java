package dev.lockstep.core.fault;

/**
 * The training that faults are drawn for.
 *
 * @param workers how many
 * @param steps of the whole run
 * @param stallMilliseconds silence after which a worker is given up
 * @param writes changes of the storage that one checkpoint takes
 * @param network whether connections can be cut and frames corrupted there
 */
public record FaultGround(int workers, long steps, int stallMilliseconds, int writes, boolean network) {}
