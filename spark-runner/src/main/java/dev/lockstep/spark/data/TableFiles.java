package dev.lockstep.spark.data;

import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.data.TabularData;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The files of a table. */
final class TableFiles {
    private TableFiles() {}

    /** The files of a path, directory or glob, by name, without hidden ones. */
    static List<FileStatus> statuses(TabularData data, String location, Configuration configuration) {
        Path path = HadoopFiles.qualify(location, configuration);
        try {
            FileSystem system = path.getFileSystem(configuration);
            FileStatus[] matched = system.globStatus(path);
            List<FileStatus> found = new ArrayList<>();
            for (FileStatus status : matched == null ? new FileStatus[0] : matched) {
                found.addAll(status.isDirectory() ? List.of(system.listStatus(status.getPath())) : List.of(status));
            }
            found.removeIf(status -> status.isDirectory()
                    || status.getPath().getName().startsWith("_")
                    || status.getPath().getName().startsWith("."));
            found.sort(Comparator.comparing(status -> status.getPath().toString()));
            if (found.isEmpty()) {
                throw new LockstepException(
                        ExitCode.DATA,
                        "input path not found or empty: " + path + " matched no files; expected a "
                                + (data instanceof CsvData ? "CSV" : "Parquet")
                                + " file, a directory of them or a pattern");
            }
            return found;
        } catch (IOException e) {
            throw new LockstepException(ExitCode.DATA, path + " cannot be listed: " + e.getMessage(), e);
        }
    }

    /** Their paths. */
    static List<Path> paths(TabularData data, String location, Configuration configuration) {
        return statuses(data, location, configuration).stream()
                .map(FileStatus::getPath)
                .toList();
    }
}
