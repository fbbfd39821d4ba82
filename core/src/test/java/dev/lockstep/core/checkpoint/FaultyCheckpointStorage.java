package dev.lockstep.core.checkpoint;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A storage in front of another one that does one thing wrong, and checks that nothing is renamed while it is open. */
public final class FaultyCheckpointStorage implements CheckpointStorage {
    /** What goes wrong. */
    public sealed interface Fault {
        /** The process dies at the k-th call that changes something, counted from 1, before or after its effect. */
        record Crash(int call, boolean afterEffect) implements Fault {}

        /** The process dies when the n-th byte of all that is written would go out; those before it are there. */
        record TornWrite(long byteNumber) implements Fault {}

        /** The storage keeps one bit of a file wrong, and says nothing. */
        record FlippedBit(String file, long bit) implements Fault {}

        /** The first calls that change something fail, the later ones work. */
        record Outage(int calls) implements Fault {}

        /** Something else happens just before the k-th call that changes something, which then goes on. */
        record Happening(int call, Runnable what) implements Fault {}

        /** There is room for so many bytes and no more, until {@link #makeRoom} is called. */
        record Full(long bytes) implements Fault {}
    }

    private final CheckpointStorage real;
    private final @Nullable Fault fault;
    private final List<String> calls = new ArrayList<>();
    private final Set<String> openFiles = new HashSet<>();
    private long bytesWritten;
    private boolean dead;
    private boolean roomMade;

    public FaultyCheckpointStorage(CheckpointStorage real, @Nullable Fault fault) {
        this.real = real;
        this.fault = fault;
    }

    /** Ends a {@link Fault.Full}. */
    public synchronized void makeRoom() {
        roomMade = true;
    }

    @Override
    public synchronized OptionalLong freeBytes() {
        return fault instanceof Fault.Full full && !roomMade
                ? OptionalLong.of(full.bytes() - bytesWritten)
                : real.freeBytes();
    }

    /** The calls so far that change something. */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** The bytes written so far. */
    public synchronized long bytesWritten() {
        return bytesWritten;
    }

    @Override
    public String location() {
        return real.location();
    }

    @Override
    public void probeWritable() {
        real.probeWritable();
    }

    @Override
    public List<String> list() throws IOException {
        requireAlive();
        return real.list();
    }

    @Override
    public OutputStream create(String directory, String file) throws IOException {
        OutputStream[] out = new OutputStream[1];
        change("create " + file, () -> out[0] = real.create(directory, file));
        synchronized (this) {
            openFiles.add(directory + "/" + file);
        }
        return new FaultyStream(out[0], directory + "/" + file, file);
    }

    @Override
    public InputStream open(String directory, String file) throws IOException {
        requireAlive();
        return real.open(directory, file);
    }

    @Override
    public long size(String directory, String file) throws IOException {
        requireAlive();
        return real.size(directory, file);
    }

    @Override
    public void publish(String temporary, String name) throws IOException {
        synchronized (this) {
            if (openFiles.stream().anyMatch(file -> file.startsWith(temporary + "/"))) {
                throw new AssertionError("renamed while open: " + openFiles);
            }
        }
        change("publish " + name, () -> real.publish(temporary, name));
    }

    @Override
    public void delete(String directory) throws IOException {
        change("delete " + directory, () -> real.delete(directory));
    }

    private interface Effect {
        void happen() throws IOException;
    }

    private synchronized void change(String call, Effect effect) throws IOException {
        requireAlive();
        calls.add(call);
        if (fault instanceof Fault.Outage outage && calls.size() <= outage.calls()) {
            throw new IOException("injected: outage at call " + calls.size() + ", " + call);
        }
        if (fault instanceof Fault.Happening happening && happening.call() == calls.size()) {
            happening.what().run();
        }
        if (fault instanceof Fault.Crash crash && crash.call() == calls.size()) {
            if (crash.afterEffect()) {
                effect.happen();
            }
            die((crash.afterEffect() ? "after " : "before ") + call);
        }
        effect.happen();
    }

    private synchronized void requireAlive() throws IOException {
        if (dead) {
            throw new IOException("injected: the process is dead");
        }
    }

    private synchronized void die(String where) throws IOException {
        dead = true;
        throw new IOException("injected: crash " + where);
    }

    private final class FaultyStream extends FilterOutputStream {
        private final String path;
        private final String file;
        private long position;

        FaultyStream(OutputStream out, String path, String file) {
            super(out);
            this.path = path;
            this.file = file;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            requireAlive();
            for (int i = 0; i < length; i++) {
                if (fault instanceof Fault.TornWrite torn && bytesWritten == torn.byteNumber()) {
                    out.flush();
                    die("at byte " + bytesWritten + " in " + file);
                }
                if (fault instanceof Fault.Full full && !roomMade && bytesWritten >= full.bytes()) {
                    throw new StorageFullException("injected: no room for " + file, new IOException("injected"));
                }
                int value = bytes[offset + i];
                if (fault instanceof Fault.FlippedBit flip && flip.file().equals(file) && flip.bit() / 8 == position) {
                    value ^= 1 << (flip.bit() % 8);
                }
                out.write(value);
                position++;
                bytesWritten++;
            }
        }

        @Override
        public void close() throws IOException {
            try {
                change("close " + file, out::close);
            } finally {
                // A process that dies lets go of its files.
                out.close();
                synchronized (FaultyCheckpointStorage.this) {
                    openFiles.remove(path);
                }
            }
        }
    }
}
