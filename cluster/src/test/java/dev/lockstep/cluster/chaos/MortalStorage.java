package dev.lockstep.cluster.chaos;

import dev.lockstep.core.checkpoint.CheckpointStorage;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/** A storage as a process sees it: when the process is dead nothing it does has an effect any more. */
final class MortalStorage implements CheckpointStorage {
    private final CheckpointStorage actual;
    private final BooleanSupplier dead;

    MortalStorage(CheckpointStorage actual, BooleanSupplier dead) {
        this.actual = actual;
        this.dead = dead;
    }

    private void requireAlive() throws IOException {
        if (dead.getAsBoolean()) {
            throw new IOException("this process is dead");
        }
    }

    @Override
    public String location() {
        return actual.location();
    }

    @Override
    public void probeWritable() {
        actual.probeWritable();
    }

    @Override
    public OptionalLong freeBytes() {
        return actual.freeBytes();
    }

    @Override
    public List<String> list() throws IOException {
        requireAlive();
        return actual.list();
    }

    @Override
    public OutputStream create(String directory, String file) throws IOException {
        requireAlive();
        return new FilterOutputStream(actual.create(directory, file)) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                requireAlive();
                out.write(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                out.close();
                requireAlive();
            }
        };
    }

    @Override
    public InputStream open(String directory, String file) throws IOException {
        requireAlive();
        return actual.open(directory, file);
    }

    @Override
    public long size(String directory, String file) throws IOException {
        requireAlive();
        return actual.size(directory, file);
    }

    @Override
    public void publish(String temporary, String name) throws IOException {
        requireAlive();
        actual.publish(temporary, name);
    }

    @Override
    public void delete(String directory) throws IOException {
        requireAlive();
        actual.delete(directory);
    }
}
