/**
 * A small real cluster on one machine, from the jars that Maven resolves. Nothing of Lockstep's own is in it: people and
 * tests submit to it as they would to any cluster.
 */
@NullMarked
package dev.lockstep.sandbox;

import org.jspecify.annotations.NullMarked;
