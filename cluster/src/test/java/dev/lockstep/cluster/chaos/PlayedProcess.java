package dev.lockstep.cluster.chaos;

/** One life of a rank's process; a thread plays it. */
record PlayedProcess(int rank, int life) {}
