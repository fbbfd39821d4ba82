package dev.lockstep.spark.data;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** The files that a location names. */
final class FoundFiles {
    private FoundFiles() {}

    /**
     * The files of a path, directory or glob, directories below included, by name and without hidden ones.
     *
     * @param pictures whether only pictures are asked for
     */
    static List<Path> of(String location, boolean pictures, Configuration configuration) {
        Path path = HadoopFiles.qualify(location, configuration);
        List<Path> found = new ArrayList<>();
        try {
            FileSystem files = path.getFileSystem(configuration);
            FileStatus[] matched = files.globStatus(path);
            for (FileStatus status : matched == null ? new FileStatus[0] : matched) {
                if (status.isFile()) {
                    found.add(status.getPath());
                    continue;
                }
                RemoteIterator<LocatedFileStatus> below = files.listFiles(status.getPath(), true);
                while (below.hasNext()) {
                    found.add(below.next().getPath());
                }
            }
        } catch (IOException e) {
            throw new LockstepException(ExitCode.DATA, path + " cannot be listed: " + e.getMessage(), e);
        }
        int all = found.size();
        found.removeIf(
                file -> pictures ? !ImageFolder.isPicture(file.getName()) : ImageFolder.isHidden(file.getName()));
        if (found.isEmpty()) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "input path not found or empty: " + path + " matched "
                            + (pictures
                                    ? "no .png, .jpg, .jpeg, .bmp or .gif files and " + all + " others"
                                    : "no files"));
        }
        found.sort(Comparator.comparing(Path::toString));
        return found;
    }
}
