package dev.lockstep.spark.scoring;

import dev.lockstep.core.data.ImageFolderData;
import dev.lockstep.core.data.TabularData;
import dev.lockstep.core.data.table.ColumnKind;
import dev.lockstep.core.data.table.FittedColumn;
import dev.lockstep.core.data.table.FittedTable;
import dev.lockstep.core.data.table.LabelForm;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.TrainedModel;
import dev.lockstep.spark.data.PictureSamples;
import dev.lockstep.spark.data.SampleBytes;
import dev.lockstep.spark.data.TableFeatures;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Where a frame has the features of a model.
 *
 * @param reader of the rows
 * @param steps that are done to the rows before, or null
 * @param positions of the columns that are read
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
record FeatureColumns(RowFeatures reader, @Nullable TableFeatures steps, int[] positions) {
    private static final String FEATURES = "features";
    private static final String CONTENT = "content";
    private static final String PATH = "path";

    /**
     * Finds them.
     *
     * @param column name of the one column of features where the model was trained without a table; null for the usual
     * @param uncut name of the column that is not null where a row could not be cut into cells; null for none
     * @param nullValue text that stands for a missing cell; null for that of the training
     * @throws LockstepException with {@link ExitCode#DATA} naming what is missing and what there is
     */
    static FeatureColumns of(
            TrainedModel model,
            StructType schema,
            @Nullable String column,
            @Nullable String uncut,
            @Nullable String nullValue) {
        FittedTable table = model.fitted().table();
        if (table != null) {
            String missing = nullValue == null ? nullValueOf(model) : nullValue;
            TableFeatures features = TableFeatures.of(table, schema, missing, uncut);
            requireSize(model, features.size());
            return of(features);
        }
        int size = model.network().inputShape().size();
        List<String> names = Arrays.asList(schema.fieldNames());
        ImageFolderData pictures = model.job().data() instanceof ImageFolderData folder ? folder : null;
        String usual = pictures != null && names.contains(CONTENT) ? CONTENT : FEATURES;
        String name = column == null ? usual : column;
        int position = names.indexOf(name);
        if (position < 0) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "no column \"" + name + "\"; the model takes "
                            + (pictures == null ? "" : "picture files in a binary" + " column \"content\" or ") + size
                            + " values a row in a column \"features\": bytes, an array of numbers or a Spark ML vector, as"
                            + " its training files had them; the rows have " + String.join(", ", names));
        }
        if (!schema.fields()[position].dataType().equals(DataTypes.BinaryType)) {
            FittedColumn numbers = new FittedColumn(name, ColumnKind.VECTOR, size);
            return of(TableFeatures.of(
                    new FittedTable(List.of(numbers), LabelForm.TARGETS, 1, List.of()), schema, "", null));
        }
        if (pictures != null) {
            PictureSamples samples = PictureSamples.of(pictures);
            requireSize(model, samples.size());
            int path = names.indexOf(PATH);
            int[] positions = path < 0 ? new int[] {position} : new int[] {position, path};
            return new FeatureColumns(new RowFeatures.Pictures(samples, position, name, path), null, positions);
        }
        return new FeatureColumns(
                new RowFeatures.Bytes(new SampleBytes(name, position, size)), null, new int[] {position});
    }

    private static FeatureColumns of(TableFeatures table) {
        return new FeatureColumns(new RowFeatures.Cells(table), table.isPlain() ? null : table, table.positions());
    }

    private static String nullValueOf(TrainedModel model) {
        return model.job().data() instanceof TabularData table ? table.nullValue() : "";
    }

    private static void requireSize(TrainedModel model, int found) {
        int expected = model.network().inputShape().size();
        if (found != expected) {
            throw new LockstepException(
                    ExitCode.MODEL,
                    "the network takes " + expected + " values, the samples of the model's job have " + found
                            + "; the model is damaged");
        }
    }
}
