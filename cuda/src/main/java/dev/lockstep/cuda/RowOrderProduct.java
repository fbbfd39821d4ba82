package dev.lockstep.cuda;

/**
 * The arguments by which a BLAS in column order computes a product of matrices in row order. Read in the other order a
 * matrix is its transpose, so instead of c = a b the BLAS computes c' = b' a': b comes first, then a.
 *
 * @param transposeFirst whether the BLAS has to transpose its first factor, b
 * @param transposeSecond whether it has to transpose its second factor, a
 * @param rows of its result: the columns of c
 * @param columns of its result: the rows of c
 * @param inner length of the sums
 * @param strideFirst from one column of its first factor to the next
 * @param strideSecond the same of its second factor
 * @param strideResult the same of its result
 */
record RowOrderProduct(
        boolean transposeFirst,
        boolean transposeSecond,
        int rows,
        int columns,
        int inner,
        int strideFirst,
        int strideSecond,
        int strideResult) {
    /**
     * The arguments for c = a b.
     *
     * @param transposeA whether a is stored as [inner, rows] instead of [rows, inner]
     * @param transposeB whether b is stored as [columns, inner] instead of [inner, columns]
     * @param rows of c
     * @param columns of c
     */
    static RowOrderProduct of(boolean transposeA, boolean transposeB, int rows, int columns, int inner) {
        return new RowOrderProduct(
                transposeB,
                transposeA,
                columns,
                rows,
                inner,
                transposeB ? inner : columns,
                transposeA ? rows : inner,
                columns);
    }
}
