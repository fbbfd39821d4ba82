package dev.lockstep.core.fault;

import dev.lockstep.core.checkpoint.CheckpointStorage;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.OptionalLong;

/** A storage in front of another one whose changes fail, or kill, where the schedule says so. */
public final class FaultyStorage implements CheckpointStorage {
    private final CheckpointStorage actual;
    private final FaultTrigger trigger;

    /** Watches what is changed. */
    public FaultyStorage(CheckpointStorage actual, FaultTrigger trigger) {
        this.actual = actual;
        this.trigger = trigger;
    }

    private interface Change<T> {
        T happen() throws IOException;
    }

    private <T> T change(String what, Change<T> change) throws IOException {
        List<Fault> due = trigger.storageChanges();
        for (Fault fault : due) {
            if (fault instanceof Fault.FailWrite) {
                throw new IOException("injected fault: " + what + " failed");
            }
            if (fault instanceof Fault.KillWriter writer && !writer.afterEffect()) {
                trigger.strike(fault);
            }
        }
        T result = change.happen();
        due.forEach(trigger::strike);
        return result;
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
        return actual.list();
    }

    @Override
    public OutputStream create(String directory, String file) throws IOException {
        OutputStream out = change("creating " + file, () -> actual.create(directory, file));
        return new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                try {
                    change("closing " + file, () -> {
                        out.close();
                        return file;
                    });
                } finally {
                    out.close();
                }
            }
        };
    }

    @Override
    public InputStream open(String directory, String file) throws IOException {
        return actual.open(directory, file);
    }

    @Override
    public long size(String directory, String file) throws IOException {
        return actual.size(directory, file);
    }

    @Override
    public void publish(String temporary, String name) throws IOException {
        change("publishing " + name, () -> {
            actual.publish(temporary, name);
            return name;
        });
    }

    @Override
    public void delete(String directory) throws IOException {
        change("deleting " + directory, () -> {
            actual.delete(directory);
            return directory;
        });
    }
}
