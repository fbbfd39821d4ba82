/**
 * Models of other programs, read by parsers of our own: no file is deserialised, loaded by a native library, or trusted
 * for a size before that has been checked.
 */
@NullMarked
package dev.lockstep.core.interchange;

import org.jspecify.annotations.NullMarked;
