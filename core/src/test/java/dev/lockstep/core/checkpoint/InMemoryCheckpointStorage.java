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
import java.util.TreeMap;

/** A storage that keeps everything in memory: quick, and as strict as the contract lets it be. */
public final class InMemoryCheckpointStorage implements CheckpointStorage {
    private final TreeMap<String, Map<String, byte[]>> directories = new TreeMap<>();

    @Override
    public String location() {
        return "memory:/checkpoints";
    }

    @Override
    public void probeWritable() {
        // Memory is always there.
    }

    @Override
    public synchronized List<String> list() {
        return List.copyOf(directories.keySet());
    }

    @Override
    public synchronized OutputStream create(String directory, String file) throws IOException {
        StorageName.check(directory);
        StorageName.check(file);
        Map<String, byte[]> files = directories.computeIfAbsent(directory, name -> new TreeMap<>());
        if (files.containsKey(file)) {
            throw new FileAlreadyExistsException(directory + "/" + file);
        }
        files.put(file, new byte[0]);
        return new ByteArrayOutputStream() {
            @Override
            public void flush() {
                keep(this);
            }

            @Override
            public void close() {
                keep(this);
            }

            private void keep(ByteArrayOutputStream contents) {
                synchronized (InMemoryCheckpointStorage.this) {
                    files.put(file, contents.toByteArray());
                }
            }
        };
    }

    @Override
    public InputStream open(String directory, String file) throws IOException {
        return new ByteArrayInputStream(contents(directory, file));
    }

    @Override
    public long size(String directory, String file) throws IOException {
        return contents(directory, file).length;
    }

    private synchronized byte[] contents(String directory, String file) throws IOException {
        byte[] contents =
                directories.getOrDefault(StorageName.check(directory), Map.of()).get(StorageName.check(file));
        if (contents == null) {
            throw new NoSuchFileException(directory + "/" + file);
        }
        return contents;
    }

    @Override
    public synchronized void publish(String temporary, String name) throws IOException {
        StorageName.check(name);
        Map<String, byte[]> files = directories.get(StorageName.check(temporary));
        if (files == null) {
            throw new NoSuchFileException(temporary);
        }
        if (directories.containsKey(name)) {
            throw new FileAlreadyExistsException(name);
        }
        directories.remove(temporary);
        directories.put(name, files);
    }

    @Override
    public synchronized void delete(String directory) {
        directories.remove(StorageName.check(directory));
    }
}
