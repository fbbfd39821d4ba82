/**
 * Tables: what a job says about their columns ({@link dev.lockstep.core.data.table.PreprocessingStep}), and what was
 * found out from the training samples and goes with the model ({@link dev.lockstep.core.data.table.FittedTable}).
 */
@NullMarked
package dev.lockstep.core.data.table;

import org.jspecify.annotations.NullMarked;
