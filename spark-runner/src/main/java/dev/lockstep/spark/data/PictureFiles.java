package dev.lockstep.spark.data;

import dev.lockstep.spark.data.PictureDecoder.UnreadablePictureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Pictures as rows: the file and its content, as Spark's own source {@code binaryFile} names them. */
final class PictureFiles {
    static final String PATH = "path";
    static final String CONTENT = "content";

    /** Spark's source would make a task of every 32 pictures, however small they are. */
    private static final int MOST_PICTURES_A_PIECE = 2_000;

    private static final int FEWEST_PICTURES_A_PIECE = 100;
    private static final StructType SCHEMA =
            new StructType().add(PATH, DataTypes.StringType, false).add(CONTENT, DataTypes.BinaryType);

    private PictureFiles() {}

    static Dataset<Row> read(
            SparkSession session, String location, @Nullable Integer partitions, Configuration configuration) {
        JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        List<String> paths = FoundFiles.of(location, true, configuration).stream()
                .map(Path::toString)
                .toList();
        int pieces = partitions == null ? pieces(paths.size(), spark.defaultParallelism()) : partitions;
        return session.createDataFrame(
                spark.parallelize(paths, Math.min(pieces, paths.size())).mapPartitions(PictureFiles::rows), SCHEMA);
    }

    private static int pieces(int pictures, int cores) {
        int wanted = Math.max(cores, pictures / MOST_PICTURES_A_PIECE);
        return Math.max(1, Math.min(wanted, pictures / FEWEST_PICTURES_A_PIECE));
    }

    /** Runs on an executor: reads file by file, as they are asked for. */
    private static Iterator<Row> rows(Iterator<String> paths) {
        Configuration configuration = HadoopFiles.configuration();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return paths.hasNext();
            }

            @Override
            public Row next() {
                String path = paths.next();
                return RowFactory.create(path, content(path, configuration));
            }
        };
    }

    /** A file that is too large for a picture is as good as none. */
    private static byte @Nullable [] content(String path, Configuration configuration) {
        try {
            return PicturePiece.bytes(path, configuration);
        } catch (UnreadablePictureException tooLarge) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read", e);
        }
    }
}
