package dev.lockstep.core.oracle;

import dev.lockstep.core.model.RegularizerSpec;

/** One parameter array of the reference trainer, row by row, with its gradient sum and three slots for the optimizer. */
final class ReferenceTensor {
    final int rows;
    final int columns;
    final RegularizerSpec penalty;
    final boolean isStatistic;
    final double[] values;
    final double[] gradientSum;
    final double[] firstSlot;
    final double[] secondSlot;
    final double[] thirdSlot;

    ReferenceTensor(int rows, int columns, RegularizerSpec penalty, boolean isStatistic) {
        this.rows = rows;
        this.columns = columns;
        this.penalty = penalty;
        this.isStatistic = isStatistic;
        this.values = new double[rows * columns];
        this.gradientSum = new double[rows * columns];
        this.firstSlot = new double[rows * columns];
        this.secondSlot = new double[rows * columns];
        this.thirdSlot = new double[rows * columns];
    }

    /** The engine keeps a matrix column by column. */
    int flatIndex(int index) {
        return index % columns * rows + index / columns;
    }
}
