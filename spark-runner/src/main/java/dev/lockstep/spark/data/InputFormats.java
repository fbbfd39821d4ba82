package dev.lockstep.spark.data;

import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.data.DataSpec;
import dev.lockstep.core.data.ImageFolderData;
import dev.lockstep.core.data.ParquetData;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.jspecify.annotations.Nullable;

/** Tells which format files are in. */
public final class InputFormats {
    private static final String COMPRESSED = "(\\.(gz|bz2|snappy|zst|lz4))?$";

    private InputFormats() {}

    /**
     * The format of files: as the name of the first of them ends, else as the model's training samples were.
     *
     * @param location file, directory or glob
     * @throws LockstepException with {@link ExitCode#DATA} when there is none
     */
    public static InputFormat of(String location, DataSpec trained, Configuration configuration) {
        InputFormat byName = byName(firstFile(location, configuration).getName());
        return byName == null ? ofTraining(trained) : byName;
    }

    private static InputFormat ofTraining(DataSpec trained) {
        if (trained instanceof CsvData) {
            return InputFormat.CSV;
        } else if (trained instanceof ParquetData) {
            return InputFormat.PARQUET;
        }
        return trained instanceof ImageFolderData ? InputFormat.IMAGES : InputFormat.IDX;
    }

    private static @Nullable InputFormat byName(String file) {
        String name = file.toLowerCase(Locale.ROOT).replaceFirst(COMPRESSED, "");
        if (name.endsWith(".parquet")) {
            return InputFormat.PARQUET;
        } else if (name.endsWith(".csv") || name.endsWith(".tsv")) {
            return InputFormat.CSV;
        } else if (name.endsWith("ubyte") || name.endsWith(".idx")) {
            return InputFormat.IDX;
        }
        return ImageFolder.isPicture(file) ? InputFormat.IMAGES : null;
    }

    /** The first file that is not hidden. */
    private static Path firstFile(String location, Configuration configuration) {
        Path path = HadoopFiles.qualify(location, configuration);
        try {
            FileSystem files = path.getFileSystem(configuration);
            FileStatus[] matched = files.globStatus(path);
            for (FileStatus status : matched == null ? new FileStatus[0] : matched) {
                if (status.isFile()) {
                    return status.getPath();
                }
                RemoteIterator<LocatedFileStatus> below = files.listFiles(status.getPath(), true);
                while (below.hasNext()) {
                    Path file = below.next().getPath();
                    if (!ImageFolder.isHidden(file.getName())) {
                        return file;
                    }
                }
            }
        } catch (IOException e) {
            throw new LockstepException(ExitCode.DATA, path + " cannot be listed: " + e.getMessage(), e);
        }
        throw new LockstepException(
                ExitCode.DATA,
                "input path not found or empty: " + path + " matched no files; expected Parquet, CSV or IDX files, or"
                        + " pictures");
    }
}
