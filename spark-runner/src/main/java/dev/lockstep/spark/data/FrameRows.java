package dev.lockstep.spark.data;

import dev.lockstep.core.data.table.ColumnKind;
import dev.lockstep.core.data.table.FittedColumn;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * Rows of any frame as rows of a {@link TableFrame}: its columns, the kept ones, and what is wrong with the row. Runs on
 * executors.
 *
 * @param columns reads the features
 * @param frame takes them
 * @param kept positions of the columns to keep
 * @param failing whether a row that cannot be used ends the job
 */
@SuppressWarnings("ArrayRecordComponent") // read for every row, never compared
record FrameRows(TableColumns columns, TableFrame frame, int[] kept, boolean failing)
        implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return new Iterator<>() {
            private long number;

            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public Row next() {
                return framed(rows.next(), number++);
            }
        };
    }

    private Row framed(Row row, long number) {
        @Nullable Object[] features;
        String problem = null;
        try {
            features = columns.read(row);
        } catch (BadRowException bad) {
            if (failing) {
                throw UnusableRowException.inTask(number, bad);
            }
            problem = UnusableRowException.problem(bad);
            features = placeholders(columns.features());
        }
        int width = frame.pieces().size();
        @Nullable Object[] cells = new Object[width + kept.length + 1];
        frame.put(features, cells);
        for (int i = 0; i < kept.length; i++) {
            cells[width + i] = row.get(kept[i]);
        }
        cells[width + kept.length] = problem;
        return RowFactory.create(cells);
    }

    /** What the steps can be done to; nothing is predicted of it. */
    private static @Nullable Object[] placeholders(List<FittedColumn> features) {
        @Nullable Object[] placeholders = new Object[features.size()];
        for (int i = 0; i < placeholders.length; i++) {
            FittedColumn feature = features.get(i);
            placeholders[i] = feature.kind() == ColumnKind.TEXT
                    ? ""
                    : feature.kind() == ColumnKind.NUMBER ? (Object) 0.0 : new double[feature.width()];
        }
        return placeholders;
    }
}
