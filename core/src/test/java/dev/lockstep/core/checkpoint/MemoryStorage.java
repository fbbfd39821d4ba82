package dev.lockstep.core.checkpoint;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Directories of files in memory, with names as strange as a file system allows; notices when it is asked for others. */
final class MemoryStorage implements CheckpointStorage {
    private final SortedMap<String, SortedMap<String, byte[]>> directories = new TreeMap<>();

    /** Puts a file there, whatever its name. */
    void put(String directory, String file, byte[] content) {
        directories.computeIfAbsent(directory, unused -> new TreeMap<>()).put(file, content);
    }

    private static void require(String name) {
        if (!StorageName.isValid(name)) {
            throw new AssertionError("asked for a name that may lead out of the storage: " + name);
        }
    }

    @Override
    public String location() {
        return "memory";
    }

    @Override
    public void probeWritable() {
        // It always is.
    }

    @Override
    public List<String> list() {
        return List.copyOf(directories.keySet());
    }

    @Override
    public OutputStream create(String directory, String file) {
        require(directory);
        require(file);
        return new ByteArrayOutputStream() {
            @Override
            public void close() {
                put(directory, file, toByteArray());
            }
        };
    }

    private byte[] content(String directory, String file) throws IOException {
        require(directory);
        require(file);
        byte[] content = directories.getOrDefault(directory, new TreeMap<>()).get(file);
        if (content == null) {
            throw new NoSuchFileException(directory + "/" + file);
        }
        return content;
    }

    @Override
    public InputStream open(String directory, String file) throws IOException {
        return new ByteArrayInputStream(content(directory, file));
    }

    @Override
    public long size(String directory, String file) throws IOException {
        return content(directory, file).length;
    }

    @Override
    public void publish(String temporary, String name) throws IOException {
        require(temporary);
        require(name);
        if (directories.containsKey(name)) {
            throw new FileAlreadyExistsException(name);
        }
        SortedMap<String, byte[]> files = directories.remove(temporary);
        if (files == null) {
            throw new NoSuchFileException(temporary);
        }
        directories.put(name, files);
    }

    @Override
    public void delete(String directory) {
        require(directory);
        directories.remove(directory);
    }

    /** The files of a directory. */
    Map<String, byte[]> files(String directory) {
        return directories.getOrDefault(directory, new TreeMap<>());
    }
}
