package dev.lockstep.core.collective;

/**
 * One membership of the run. Generations only grow; what belongs to an older one is refused.
 *
 * @param number from 1
 * @param group the members acting together
 * @param sourceRank the most advanced member, whose state the others take; the lowest rank among equals
 * @param sourceStep the last step that the source applied; -1 when no member has any state yet
 */
public record Generation(long number, ProcessGroup group, int sourceRank, long sourceStep) {}
