/** The job file as immutable records, read from YAML, validated when built. */
@NullMarked
package dev.lockstep.core.config;

import org.jspecify.annotations.NullMarked;
