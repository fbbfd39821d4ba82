@NullMarked
package dev.lockstep.core.ledger;

import org.jspecify.annotations.NullMarked;
