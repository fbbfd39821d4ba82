package dev.lockstep.core.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.OptionalLong;

/**
 * A place that holds directories of files, one level deep: what the checkpoint protocol needs of a file system and no
 * more. Names are those that {@link StorageName} allows. Safe for several threads that work in different directories.
 *
 * <p>Every method throws {@link IOException} when the file system fails; a result that the file system only hints at (a
 * boolean) is checked by the implementation and never passed on.
 */
public interface CheckpointStorage {
    /** The URI or path of the place, for messages. */
    String location();

    /**
     * Makes the place if it is missing and proves that it takes a file: creates, reads back, renames and deletes one.
     *
     * @throws dev.lockstep.core.error.LockstepException saying what failed, where and what to do
     */
    void probeWritable();

    /** The names of the directories there, sorted; empty when the place does not exist. */
    List<String> list() throws IOException;

    /**
     * Creates a file; the directory comes into being with its first file. Once {@code close} has returned normally the
     * bytes outlive a crash of the process and, where the file system can do it, of the machine. Both are for their owner
     * alone (0600, 0700) where the file system has permissions. A place without room is told by
     * {@link StorageFullException}, here and by the stream.
     *
     * @throws java.nio.file.FileAlreadyExistsException when there is such a file
     */
    OutputStream create(String directory, String file) throws IOException;

    /**
     * Opens a file for reading from its beginning.
     *
     * @throws java.nio.file.NoSuchFileException when there is none
     */
    InputStream open(String directory, String file) throws IOException;

    /**
     * The length of a file in bytes.
     *
     * @throws java.nio.file.NoSuchFileException when there is none
     */
    long size(String directory, String file) throws IOException;

    /**
     * Renames a directory in one atomic step. None of its files may be open for writing.
     *
     * @throws java.nio.file.FileAlreadyExistsException when the target exists; nothing has changed then
     * @throws java.nio.file.NoSuchFileException when there is no such directory
     */
    void publish(String temporary, String name) throws IOException;

    /**
     * How many bytes a file may have that is written now, as far as the file system tells; never throws.
     *
     * @return empty where it does not tell
     */
    default OptionalLong freeBytes() {
        return OptionalLong.empty();
    }

    /** Deletes a directory with all its files; one that is not there is fine. */
    void delete(String directory) throws IOException;
}
