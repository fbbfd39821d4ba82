package dev.lockstep.spark.data;

import dev.lockstep.core.checksum.Sha256;
import dev.lockstep.core.data.ElementType;
import dev.lockstep.core.data.PackedHeader;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.PackedPart;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.data.TabularData;
import dev.lockstep.core.data.table.FittedStep;
import dev.lockstep.core.data.table.FittedTable;
import dev.lockstep.core.data.table.LabelForm;
import dev.lockstep.core.data.table.OneHotStep;
import dev.lockstep.core.data.table.OneHotStep.UnknownCategories;
import dev.lockstep.core.data.table.PreprocessingStep;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Packs rows of tables that Spark reads.
 *
 * <ol>
 *   <li>A first pass counts each partition's rows, reads every cell and looks at the labels; of bad rows file and line
 *       are told.
 *   <li>Of training samples the split decides which rows the preprocessing steps are fitted to. Other samples are read
 *       by what was fitted then.
 *   <li>The last pass writes each partition as one part, at the index where the ones before it end.
 * </ol>
 */
final class TableDatasetPacker implements DatasetPacker {
    private final JavaSparkContext spark;
    private final TabularData data;
    private final long seed;
    private final Configuration configuration;
    private final @Nullable FittedData fitted;
    private final boolean labelsOptional;

    /** @param seed of the job, by which the split is made */
    TableDatasetPacker(JavaSparkContext spark, TabularData data, long seed) {
        this(spark, data, seed, null, false);
    }

    private TableDatasetPacker(
            JavaSparkContext spark, TabularData data, long seed, @Nullable FittedData fitted, boolean labelsOptional) {
        this.spark = spark;
        this.data = data;
        this.seed = seed;
        this.configuration = HadoopFiles.configuration();
        this.fitted = fitted;
        this.labelsOptional = labelsOptional;
    }

    @Override
    public DatasetPacker readingAs(FittedData model, boolean withoutLabels) {
        return new TableDatasetPacker(spark, data, seed, model, withoutLabels);
    }

    @Override
    public Optional<String> fingerprint(DatasetRole role) {
        String location = role == DatasetRole.TRAIN ? data.train() : data.test();
        if (location == null) {
            return Optional.empty();
        }
        String files = TableFiles.statuses(data, location, configuration).stream()
                .map(IdxDatasetPacker::describe)
                .collect(Collectors.joining("; "));
        return Optional.of(files + "; read as " + data.reading()
                + (role == DatasetRole.TRAIN ? RowConditions.describe(data) + fittedTo() : fittedBefore(location)));
    }

    private String fittedBefore(String location) {
        MessageDigest digest = Sha256.digest();
        digest.update(String.valueOf(fitted).getBytes(StandardCharsets.UTF_8));
        return "; as training samples " + Sha256.hex(digest)
                + (labelsOptional && lacksLabels(location) ? "; without labels" : "");
    }

    private boolean lacksLabels(String location) {
        List<Path> files = TableFiles.paths(data, location, configuration);
        List<String> columns = List.of(
                TableSource.of(data, files, session(), configuration).columns().fieldNames());
        return data.label().stream().noneMatch(columns::contains);
    }

    private SparkSession session() {
        return SparkSession.builder().sparkContext(spark.sc()).getOrCreate();
    }

    /** The figures depend on which rows are kept for validation. */
    private String fittedTo() {
        boolean fits = data.preprocessing().stream().anyMatch(PreprocessingStep::isFitted);
        return fits ? "; fitted without " + data.testSplit() + " and " + data.validation() + ", seed " + seed : "";
    }

    @Override
    public PackedManifest pack(DatasetRole role, Path target, int parts, String fingerprint) {
        List<Path> files = TableFiles.paths(
                data, Objects.requireNonNull(role == DatasetRole.TRAIN ? data.train() : data.test()), configuration);
        SparkSession session = session();
        TableRows rows = TableRows.of(
                TableSource.of(data, files, session, configuration),
                files,
                role == DatasetRole.TRAIN && RowConditions.any(data) ? data : null);
        StructType schema = rows.source().columns();
        TableLayout.Widths widths = position -> rows.width(schema, position);
        String first = files.get(0).toString();
        FittedTable table = fitted == null ? null : fitted.table();
        Pack pack = new Pack(session, rows, target.toString(), fingerprint);
        if (table == null) {
            return pack.training(TableLayout.ofTraining(data, schema, widths, first), null);
        }
        List<String> names = Objects.requireNonNull(fitted).classNames();
        return pack.other(
                TableLayout.ofFitted(data, table, names, schema, widths, first, labelsOptional), table, names);
    }

    /**
     * Packs rows that are at hand as training samples.
     *
     * @param labels how labels are told, which is not found out then: a row with another one is told as a bad row
     */
    PackedManifest packTraining(TableRows rows, LabelForm labels, Path target, String fingerprint) {
        StructType schema = rows.source().columns();
        TableLayout layout = TableLayout.ofTraining(
                data,
                schema,
                position -> rows.width(schema, position),
                rows.files().get(0).toString());
        return new Pack(session(), rows, target.toString(), fingerprint).training(layout, labels);
    }

    /** One set of samples on its way. */
    private final class Pack {
        private final SparkSession session;
        private final TableRows rows;
        private final String directory;
        private final String fingerprint;

        Pack(SparkSession session, TableRows rows, String directory, String fingerprint) {
            this.session = session;
            this.rows = rows;
            this.directory = directory;
            this.fingerprint = fingerprint;
        }

        /** @param known how labels are told; null where that is to be found out */
        PackedManifest training(TableLayout layout, @Nullable LabelForm known) {
            LabelReader label = known == null ? layout.label() : layout.label().with(known, data.classNames());
            List<TablePartition> seen = scan(layout.columns(), label);
            LabelPlan labels = known == LabelForm.TARGETS
                    ? new LabelPlan(label, null, null, false)
                    : LabelPlan.of(label, LabelCounts.sum(seen), data);
            if (labels.doubtful()) {
                seen = scan(layout.columns(), labels.rule());
                labels = labels.counted(LabelCounts.sum(seen));
            }
            List<FittedStep> steps = List.of();
            if (!layout.steps().isEmpty()) {
                TrainingRows training = TrainingRows.of(data, seed, rows, layout, labels, seen);
                steps = TableFitting.fit(session, layout.columns().features(), layout.steps(), training.rows());
                if (training.isPart() && refusesCategories()) {
                    scan(layout.columns().with(steps), labels.rule());
                }
            }
            FittedTable table = new FittedTable(
                    layout.columns().features(),
                    Objects.requireNonNull(labels.rule().form()),
                    labels.packedWidth(),
                    steps);
            return write(layout.columns(), labels.rule(), seen, table, labels.classCounts())
                    .with(labels.classNames(), table);
        }

        private boolean refusesCategories() {
            return data.preprocessing().stream()
                    .anyMatch(step -> step instanceof OneHotStep encode && encode.unknown() == UnknownCategories.ERROR);
        }

        PackedManifest other(TableLayout layout, FittedTable table, @Nullable List<String> names) {
            List<TablePartition> seen = scan(layout.columns(), layout.label());
            List<Long> counts = table.labelForm().isClasses()
                    ? LabelCounts.sum(seen).classCounts(names == null ? 0 : names.size())
                    : null;
            return write(layout.columns(), layout.label(), seen, table, counts).with(names, table);
        }

        /** Reads every cell, and throws where it cannot. */
        private List<TablePartition> scan(TableColumns columns, LabelReader rule) {
            String[] sources = rows.sources();
            List<TablePartition> partitions = TaskAnswer.values(rows.rows()
                            .mapPartitionsWithIndex(
                                    (index, cells) -> one(TaskAnswer.of(
                                            unreadable(sources[index]), () -> TablePartition.scan(columns, rule, cells)
                                                    .toJson())),
                                    true)
                            .collect())
                    .stream()
                    .map(TablePartition::fromJson)
                    .toList();
            rows.requireUsable(partitions);
            return partitions;
        }

        private PackedManifest write(
                TableColumns columns,
                LabelReader rule,
                List<TablePartition> partitions,
                FittedTable table,
                @Nullable List<Long> classCounts) {
            int samples = partitions.stream().mapToInt(TablePartition::rows).reduce(0, Math::addExact);
            int features = TableSlots.of(table.features(), table.steps()).size();
            PackedHeader like = new PackedHeader(
                    0,
                    samples,
                    Shape.of(features),
                    ElementType.F32,
                    table.labelWidth(),
                    classCounts == null ? ElementType.F32 : ElementType.I32,
                    rows.marked(),
                    columns.weights() != null);
            TableWriter writer = new TableWriter(
                    directory,
                    TablePartition.rows(partitions),
                    TablePartition.firstRows(partitions),
                    features,
                    table.labelWidth(),
                    classCounts != null,
                    rows.marked(),
                    columns.weights() != null);
            List<PackedPart> parts = table.steps().isEmpty()
                    ? writer.write(rows, columns, rule)
                    : writer.write(rows, columns, rule, TablePipeline.of(session, table.features(), table.steps()));
            return PackedManifest.of(like, classCounts, fingerprint, parts);
        }
    }

    /** What is being done, for the message of a failure. */
    static String unreadable(String file) {
        return file + " cannot be packed; is it damaged or cut off?";
    }

    /** What a task gives back. */
    static Iterator<String> one(String value) {
        return List.of(value).iterator();
    }
}
