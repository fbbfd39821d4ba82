package dev.lockstep.spark.data;

import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.TabularData;
import dev.lockstep.core.data.table.LabelForm;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.columnar.InMemoryRelation;
import org.apache.spark.storage.StorageLevel;
import scala.collection.JavaConverters;

/**
 * Packs the rows of a data frame. The stable index of a sample is its place: partition by partition, and in these row by
 * row. So the same frame gives the same samples wherever its partitions are computed, and a frame whose order is another
 * one each time, as it may be behind a join, gives another model each time.
 *
 * <p>Rows are looked at more than once: a frame that nobody has cached is kept in memory and on disk meanwhile.
 */
public final class FrameDatasetPacker implements DatasetPacker {
    private final Dataset<Row> frame;
    private final TabularData data;
    private final long seed;
    private final LabelForm labels;
    private final boolean lasting;

    /**
     * @param frame of the columns that are packed, and of those that conditions look at
     * @param data which column is what
     * @param seed of the job
     * @param labels how labels are told
     * @param lasting whether another process may go on with the samples, so that it has to be told whether these changed
     */
    public FrameDatasetPacker(Dataset<Row> frame, TabularData data, long seed, LabelForm labels, boolean lasting) {
        this.frame = frame;
        this.data = data;
        this.seed = seed;
        this.labels = labels;
        this.lasting = lasting;
    }

    @Override
    public Optional<String> fingerprint(DatasetRole role) {
        if (role != DatasetRole.TRAIN) {
            return Optional.empty();
        }
        String rows = lasting ? FrameFingerprint.of(frame) : "rows of this process";
        return Optional.of("a data frame, " + rows + "; read as " + data.reading() + ", labels " + labels
                + RowConditions.describe(data));
    }

    @Override
    public String startingAnew() {
        return "in the same order (a frame behind a join or a repartition may come in another one: sort it, or keep it"
                + " in files), or set another runDirectory";
    }

    @Override
    public PackedManifest pack(DatasetRole role, Path target, int parts, String fingerprint) {
        boolean keeps = !isCached(frame);
        if (keeps) {
            frame.persist(StorageLevel.MEMORY_AND_DISK());
        }
        try {
            if (frame.isEmpty()) {
                throw new LockstepException(ExitCode.DATA, "the data frame has no rows; expected at least one");
            }
            TableRows rows = TableRows.of(
                    new FrameSource(frame), List.of(FrameSource.NAME), RowConditions.any(data) ? data : null);
            JavaSparkContext spark =
                    JavaSparkContext.fromSparkContext(frame.sparkSession().sparkContext());
            return new TableDatasetPacker(spark, data, seed).packTraining(rows, labels, target, fingerprint);
        } finally {
            if (keeps) {
                frame.unpersist(false);
            }
        }
    }

    /** Whether every row comes out of a cache already: of this frame, or of the one that its columns were chosen from. */
    private static boolean isCached(Dataset<Row> frame) {
        return !frame.storageLevel().equals(StorageLevel.NONE())
                || JavaConverters.seqAsJavaList(
                                frame.queryExecution().withCachedData().collectLeaves())
                        .stream()
                        .allMatch(InMemoryRelation.class::isInstance);
    }
}
