package dev.lockstep.spark.pipeline;

import dev.lockstep.spark.data.HadoopFiles;
import java.io.IOException;
import java.time.Instant;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Looks for files, and deletes directories, wherever Hadoop does.
 *
 * @param configuration of the file systems
 */
record HadoopPlaces(Configuration configuration) implements DataWait.Places {
    @Override
    public boolean exists(String location) throws IOException {
        Path path = HadoopFiles.qualify(location, configuration);
        return path.getFileSystem(configuration).exists(path);
    }

    /** When a file was last written to, by the clock of its file system. */
    Instant modified(String location) throws IOException {
        Path path = HadoopFiles.qualify(location, configuration);
        return Instant.ofEpochMilli(
                path.getFileSystem(configuration).getFileStatus(path).getModificationTime());
    }

    /** Deletes a file, or a directory with all that is in it; one that is not there is fine. */
    void delete(String location) throws IOException {
        Path path = HadoopFiles.qualify(location, configuration);
        if (!path.getFileSystem(configuration).delete(path, true)
                && path.getFileSystem(configuration).exists(path)) {
            throw new IOException("the file system did not delete " + path + " and gave no reason");
        }
    }
}
