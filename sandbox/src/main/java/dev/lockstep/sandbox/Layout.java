package dev.lockstep.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Where the sandbox keeps what.
 *
 * @param root the state directory, absolute
 */
record Layout(Path root) {
    Layout {
        root = root.toAbsolutePath().normalize();
    }

    /** Hadoop's configuration: {@code HADOOP_CONF_DIR}. */
    Path hadoop() {
        return root.resolve("hadoop");
    }

    /** A Spark installation: {@code SPARK_HOME}. */
    Path spark() {
        return root.resolve("spark");
    }

    /** One file of each daemon. */
    Path logs() {
        return root.resolve("logs");
    }

    /** What daemons keep. */
    Path data(String daemon) {
        return root.resolve("data").resolve(daemon);
    }

    /** What is running, for later commands. */
    Path state() {
        return root.resolve("sandbox.json");
    }

    /** Held by the command that changes something. */
    Path lock() {
        return root.resolveSibling(root.getFileName() + ".lock");
    }

    /** Removes all of it. */
    void delete() throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
