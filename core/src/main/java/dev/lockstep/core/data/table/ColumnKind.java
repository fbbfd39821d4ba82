package dev.lockstep.core.data.table;

/** What the cells of a column are. */
public enum ColumnKind {
    /** One number. */
    NUMBER,
    /** One of some categories. */
    TEXT,
    /** So many numbers, in every cell as many. */
    VECTOR
}
