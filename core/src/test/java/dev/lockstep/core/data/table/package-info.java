@NullMarked
package dev.lockstep.core.data.table;

import org.jspecify.annotations.NullMarked;
