package dev.lockstep.core.config;

/** Stands for a value that could not be built; why has been noted. */
enum Failure {
    /** The only one: null is the value of an absent optional setting. */
    NOTED
}
