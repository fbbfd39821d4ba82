package dev.lockstep.spark.data;

import dev.lockstep.core.data.DataSpec;
import dev.lockstep.core.data.SamplePart;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * The conditions by which a job keeps rows apart, {@code where} of {@code data.validation} and {@code data.test_split}:
 * Spark says for every row while it is packed which part it is in. A row for which both hold is tested on, as the test
 * part is drawn first; a condition that is null for a row does not hold.
 */
final class RowConditions {
    /** The column of the part's code, the last one of marked rows. */
    private static final String MARK = "_lockstep_part";

    private static final String KEPT = "_lockstep_kept_";

    private static final SamplePart[] PARTS = SamplePart.values();

    private RowConditions() {}

    /** Whether a job has any. */
    static boolean any(DataSpec data) {
        return data.validation().where() != null || data.testSplit().where() != null;
    }

    /** Both, for the fingerprint of what is packed; empty for none. */
    static String describe(DataSpec data) {
        return describe("; validation where ", data.validation().where())
                + describe("; test where ", data.testSplit().where());
    }

    private static String describe(String title, @Nullable String where) {
        return where == null ? "" : title + where;
    }

    /**
     * Adds a column: which part each row is in, to be read by {@link #partOf}. The rows and their order stay.
     *
     * @param rows to be packed, with any columns
     * @param seen what of them conditions can ask about, under the names they use
     * @throws LockstepException (USAGE) when a condition cannot be asked, or is none
     */
    static Dataset<Row> mark(Dataset<Row> rows, List<Column> seen, DataSpec data) {
        Dataset<Row> asked = rows.select(seen.toArray(Column[]::new));
        requireCondition("data.validation.where", data.validation().where(), asked);
        requireCondition("data.test_split.where", data.testSplit().where(), asked);
        // Beside the columns as conditions see them stand the ones to be packed, under names of their own.
        String[] names = rows.columns();
        List<Column> both = new ArrayList<>(seen);
        List<Column> marked = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            both.add(column(names[i]).as(KEPT + i));
            marked.add(functions.col(KEPT + i).as(names[i]));
        }
        marked.add(functions
                .when(condition(data.testSplit().where()), SamplePart.TEST.ordinal())
                .when(condition(data.validation().where()), SamplePart.VALIDATION.ordinal())
                .otherwise(SamplePart.TRAIN.ordinal())
                .as(MARK));
        return rows.select(both.toArray(Column[]::new)).select(marked.toArray(Column[]::new));
    }

    /** The part of a row that was marked. */
    static SamplePart partOf(Row row) {
        return PARTS[row.getInt(row.length() - 1)];
    }

    /** A column by its very name, dots and spaces included. */
    static Column column(String name) {
        return functions.col(quoted(name));
    }

    /** The name as it is written in an expression. */
    static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    private static Column condition(@Nullable String where) {
        return where == null ? functions.lit(false) : functions.expr(where);
    }

    private static void requireCondition(String key, @Nullable String where, Dataset<Row> rows) {
        if (where == null) {
            return;
        }
        String found = key + ": \"" + where + "\": ";
        Dataset<Row> answers;
        try {
            answers = rows.select(functions.expr(where).as(MARK));
        } catch (Exception refused) { // Scala throws AnalysisException without declaring it
            throw usage(found + reason(refused) + "; the columns are " + names(rows), refused);
        }
        DataType type = answers.schema().fields()[0].dataType();
        if (!type.equals(DataTypes.BooleanType)) {
            throw usage(
                    found + "expected a condition that is true or false, found a value of type " + type.simpleString()
                            + "; compare it with something, as in year >= 2020",
                    null);
        }
        requireFunctionOfTheRow(found, answers, rows);
    }

    /** A sample's part must be the same whenever and wherever it is asked for. */
    private static void requireFunctionOfTheRow(String found, Dataset<Row> answers, Dataset<Row> rows) {
        LogicalPlan plan = answers.queryExecution().analyzed();
        boolean ofOneRow = plan instanceof Project projection
                && projection.child().equals(rows.queryExecution().analyzed())
                && projection.subqueries().isEmpty();
        if (!ofOneRow) {
            throw usage(found + "it looks at more than one row; a condition is asked of each row by itself", null);
        }
        if (!plan.deterministic()) {
            throw usage(
                    found
                            + "it may be another one each time it is asked; use a condition on the columns alone, or split"
                            + " with method: random",
                    null);
        }
    }

    private static String reason(Exception refused) {
        if (refused instanceof AnalysisException analysis
                && String.valueOf(analysis.getErrorClass()).startsWith("UNRESOLVED_COLUMN")) {
            return "no column " + analysis.getMessageParameters().getOrDefault("objectName", "of that name");
        }
        String message = String.valueOf(refused.getMessage()).strip();
        return "no condition that Spark understands: "
                + message.lines().findFirst().orElse(message);
    }

    private static String names(Dataset<Row> rows) {
        int shown = 20;
        List<String> names = Arrays.asList(rows.columns());
        return names.size() <= shown
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, shown)) + " and " + (names.size() - shown) + " more";
    }

    private static LockstepException usage(String message, @Nullable Exception cause) {
        return cause == null
                ? new LockstepException(ExitCode.USAGE, message)
                : new LockstepException(ExitCode.USAGE, message, cause);
    }
}
