package dev.lockstep.core.checkpoint;

import dev.lockstep.core.checkpoint.Manifest.FileSeal;
import java.io.IOException;
import java.util.Map;

/**
 * A look at files that have just been written. Of several writers, such as the survivors of an attempt that ends, one may
 * take another's unfinished files for debris: whoever finds that out writes again.
 */
final class UndisturbedFiles {
    private UndisturbedFiles() {}

    /**
     * Compares sizes with the manifest.
     *
     * @throws IOException when a file is not there, or not of its size
     */
    static void require(CheckpointStorage storage, String directory, Manifest manifest) throws IOException {
        for (Map.Entry<String, FileSeal> file : manifest.files().entrySet()) {
            long bytes = storage.size(directory, file.getKey());
            if (bytes != file.getValue().bytes()) {
                throw new IOException(storage.location() + "/" + directory + "/" + file.getKey()
                        + " was changed while it was written: expected "
                        + file.getValue().bytes() + " bytes, found " + bytes);
            }
        }
    }
}
