package dev.lockstep.sandbox;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one sandbox of this JVM: up when the first asks for it, down when all have ended. With the property
 * {@code lockstep.sandbox.directory} that is one which is up already, and stays.
 */
final class SharedSandbox implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(SharedSandbox.class);
    private static final int CORES = 2;
    private static final int MEMORY_MIB = 3072;

    /** Up until it is closed. */
    private static final class Up implements ExtensionContext.Store.CloseableResource {
        private final @Nullable Sandbox sandbox;
        private final SandboxClient client;

        Up() {
            Path folder;
            try {
                folder = Files.createTempDirectory(
                        Files.createDirectories(Path.of("target").toAbsolutePath()), "shared-sandbox");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            String running = System.getProperty("lockstep.sandbox.directory");
            Path state = running == null ? folder.resolve("sandbox") : Path.of(running);
            client = new SandboxClient(state, folder);
            sandbox = running == null ? new Sandbox(state, new PrintWriter(System.out, true)) : null;
            if (running == null) {
                start(state);
            }
        }

        private void start(Path state) {
            // By its script: the daemons have the class path that it has, not this JVM's.
            SandboxClient.Outcome up = client.run(
                    "scripts/sandbox",
                    "up",
                    "--directory",
                    state.toString(),
                    "--cores",
                    String.valueOf(CORES),
                    "--memory",
                    String.valueOf(MEMORY_MIB));
            if (up.exitCode() != 0) {
                throw new IllegalStateException(up.output());
            }
        }

        @Override
        public void close() {
            if (sandbox != null) {
                sandbox.down();
            }
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == SandboxClient.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Up.class, unused -> new Up(), Up.class)
                .client;
    }
}
