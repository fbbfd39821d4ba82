package dev.lockstep.cluster.storage;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Small files of one directory, on whatever file system it is. Names are plain names of children. */
interface RunFiles {
    /** The URI or path of the directory, for messages. */
    String location();

    /** Makes the directory for the owner alone, with its parents as usual; one that is there stays as it is. */
    void makeDirectory() throws IOException;

    /** The permissions of the directory where others than its owner may write into it; empty where none may. */
    Optional<String> writableByOthers() throws IOException;

    /** Whether there is a child, file or directory. */
    boolean exists(String name) throws IOException;

    /** The names of all children, sorted; empty when the directory does not exist. */
    List<String> list() throws IOException;

    /** The contents of a file, or empty when there is none. */
    Optional<byte[]> read(String name) throws IOException;

    /** Gives a file its contents in one step: a reader sees the old or the new, whole. */
    void replace(String name, byte[] contents) throws IOException;

    /** Creates a file that must not exist: of several that try at once, one gets true. */
    boolean createExclusively(String name, byte[] contents) throws IOException;

    /** Deletes a file; one that is not there is fine. */
    void delete(String name) throws IOException;

    /** Opens a file to write after its end, creating it when needed. */
    AppendStream append(String name) throws IOException;

    /** Moves a child into a sibling of this directory, which is made when needed. */
    void moveToSibling(String name, String sibling) throws IOException;

    /** The URI or path of a sibling of this directory. */
    String siblingLocation(String sibling);

    /** Bytes that are at the reader's once flush has returned. */
    interface AppendStream extends AutoCloseable {
        void write(byte[] bytes) throws IOException;

        void flush() throws IOException;

        @Override
        void close() throws IOException;
    }
}
