/** The network: its layers in Keras vocabulary, its flat parameter vector, and the replicas that compute it. */
@NullMarked
package dev.lockstep.core.model;

import org.jspecify.annotations.NullMarked;
