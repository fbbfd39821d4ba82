/** How bytes get from one worker to another: control messages over Spark's network library, gradients over NIO channels. */
@NullMarked
package dev.lockstep.cluster.transport;

import org.jspecify.annotations.NullMarked;
