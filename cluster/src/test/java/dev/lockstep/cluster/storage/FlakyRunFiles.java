package dev.lockstep.cluster.storage;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Files of a file system that goes away and comes back; calls may fail before or after they had their effect. */
final class FlakyRunFiles implements RunFiles {
    private final RunFiles real;
    private volatile boolean away;
    private volatile boolean losesAnswers;

    FlakyRunFiles(RunFiles real) {
        this.real = real;
    }

    void goAway() {
        away = true;
    }

    void comeBack() {
        away = false;
        losesAnswers = false;
    }

    /** What changes something happens from now on, and fails all the same. */
    void loseAnswers() {
        losesAnswers = true;
    }

    private void requireThere() throws IOException {
        if (away) {
            throw new IOException("injected: the name node is away");
        }
    }

    private void answer() throws IOException {
        if (losesAnswers) {
            throw new IOException("injected: the answer is lost");
        }
    }

    @Override
    public String location() {
        return real.location();
    }

    @Override
    public void makeDirectory() throws IOException {
        requireThere();
        real.makeDirectory();
    }

    @Override
    public Optional<String> writableByOthers() throws IOException {
        requireThere();
        return real.writableByOthers();
    }

    @Override
    public boolean exists(String name) throws IOException {
        requireThere();
        return real.exists(name);
    }

    @Override
    public List<String> list() throws IOException {
        requireThere();
        return real.list();
    }

    @Override
    public Optional<byte[]> read(String name) throws IOException {
        requireThere();
        return real.read(name);
    }

    @Override
    public void replace(String name, byte[] contents) throws IOException {
        requireThere();
        real.replace(name, contents);
        answer();
    }

    @Override
    public boolean createExclusively(String name, byte[] contents) throws IOException {
        requireThere();
        boolean created = real.createExclusively(name, contents);
        answer();
        return created;
    }

    @Override
    public void delete(String name) throws IOException {
        requireThere();
        real.delete(name);
    }

    @Override
    public AppendStream append(String name) throws IOException {
        requireThere();
        AppendStream stream = real.append(name);
        return new AppendStream() {
            @Override
            public void write(byte[] bytes) throws IOException {
                requireThere();
                stream.write(bytes);
            }

            @Override
            public void flush() throws IOException {
                stream.flush();
                answer();
            }

            @Override
            public void close() throws IOException {
                stream.close();
                requireThere();
            }
        };
    }

    @Override
    public void moveToSibling(String name, String sibling) throws IOException {
        requireThere();
        real.moveToSibling(name, sibling);
    }

    @Override
    public String siblingLocation(String sibling) {
        return real.siblingLocation(sibling);
    }
}
