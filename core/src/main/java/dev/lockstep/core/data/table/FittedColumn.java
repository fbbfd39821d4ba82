package dev.lockstep.core.data.table;

import java.io.Serializable;

/**
 * A column of features as the training samples had it.
 *
 * @param name in the header, or its number from 0
 * @param kind what its cells are
 * @param width numbers of a cell; 1 but for a vector
 */
public record FittedColumn(String name, ColumnKind kind, int width) implements Serializable {}
