package dev.lockstep.sandbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * What one command leaves for the next.
 *
 * @param ports of the daemons
 * @param daemons in the order in which they were started
 */
record SandboxState(Ports ports, List<Daemon> daemons) {
    SandboxState {
        daemons = List.copyOf(daemons);
    }

    /** Reads it; empty where there is no sandbox. */
    static Optional<SandboxState> read(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ObjectMapper().readValue(file.toFile(), SandboxState.class));
        } catch (IOException e) {
            throw new SandboxException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Writes it in one step. */
    void write(Path file) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(part.toFile(), this);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
