package dev.lockstep.spark.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.data.IdxFile;
import dev.lockstep.core.data.IdxFile.Content;
import dev.lockstep.core.data.IdxHeader;
import dev.lockstep.core.data.Slice;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/** The samples of IDX files as rows: the file, the number in it, the bytes. */
final class IdxRows {
    static final String PATH = "path";
    static final String INDEX = "index";
    static final String FEATURES = "features";

    private static final int FEWEST_SAMPLES_A_PIECE = 5_000;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final StructType SCHEMA = new StructType()
            .add(PATH, DataTypes.StringType, false)
            .add(INDEX, DataTypes.LongType, false)
            .add(FEATURES, DataTypes.BinaryType, false);

    private IdxRows() {}

    /** What one task reads. Travels as JSON. */
    private record Piece(String path, int from, int to) {}

    static Dataset<Row> read(
            SparkSession session, String location, @Nullable Integer partitions, Configuration configuration) {
        JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        List<Path> files = FoundFiles.of(location, false, configuration);
        List<String> pieces = new ArrayList<>();
        int cores = Math.max(1, spark.defaultParallelism());
        for (Path file : files) {
            IdxHeader header = header(file, files.size() > 1, configuration);
            if (header != null) {
                int most = Math.max(1, Math.min(cores, header.samples() / FEWEST_SAMPLES_A_PIECE));
                int count = Math.min(header.samples(), partitions == null ? most : partitions);
                for (int piece = 0; piece < count; piece++) {
                    Slice slice = Slice.of(0, header.samples(), count, piece);
                    pieces.add(toJson(new Piece(file.toString(), slice.from(), slice.to())));
                }
            }
        }
        if (pieces.isEmpty()) {
            throw new LockstepException(
                    ExitCode.DATA, "no IDX file of samples in " + location + "; it has files of labels alone");
        }
        return session.createDataFrame(spark.parallelize(pieces, pieces.size()).flatMap(IdxRows::rows), SCHEMA);
    }

    /** The header of a file of samples; null for a file of labels beside others. */
    private static @Nullable IdxHeader header(Path file, boolean isOneOfMany, Configuration configuration) {
        if (isOneOfMany && file.getName().contains("labels")) {
            return null;
        }
        try (IdxFile opened = IdxFile.open(HadoopFiles.open(file, configuration), file.toString(), Content.IMAGES)) {
            return opened.header();
        }
    }

    /** Runs on an executor: reads sample by sample, as they are asked for. */
    private static Iterator<Row> rows(String json) {
        Piece piece = fromJson(json);
        Path path = new Path(piece.path());
        IdxFile file = IdxFile.open(HadoopFiles.open(path, HadoopFiles.configuration()), piece.path(), Content.IMAGES);
        TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> file.close());
        file.skipTo(piece.from());
        int size = file.header().sampleBytes();
        return new Iterator<>() {
            private int next = piece.from();

            @Override
            public boolean hasNext() {
                return next < piece.to();
            }

            @Override
            public Row next() {
                byte[] sample = new byte[size];
                file.read(sample, 0, 1);
                return RowFactory.create(piece.path(), (long) next++, sample);
            }
        };
    }

    private static String toJson(Piece piece) {
        try {
            return MAPPER.writeValueAsString(piece);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of strings and numbers is always JSON", e);
        }
    }

    private static Piece fromJson(String json) {
        try {
            return MAPPER.readValue(json, Piece.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the driver and a task run different versions of Lockstep", e);
        }
    }
}
