package dev.lockstep.cluster.membership;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The TCP sockets of a process, as Linux shows them. */
public final class OpenSockets {
    private static final String LISTENS = "0A";
    private static final int HEXADECIMAL = 16;
    private static final int WORD_BYTES = 4;

    private OpenSockets() {}

    /**
     * A socket.
     *
     * @param local such as {@code 127.0.0.2:41000}
     * @param remote of a connection
     * @param listens whether it waits for connections
     */
    public record Socket(String local, String remote, boolean listens) {
        /** The port of this end. */
        public int localPort() {
            return port(local);
        }

        /** The port of the other end. */
        public int remotePort() {
            return port(remote);
        }

        private static int port(String address) {
            return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        }
    }

    /** Whether this system shows them. */
    public static boolean canBeSeen() {
        return Files.exists(Path.of("/proc/self/net/tcp6"));
    }

    /** Those of this process. */
    public static Set<Socket> ofThisProcess() throws IOException {
        return of(ProcessHandle.current().pid());
    }

    /** Those of a process of this user. */
    public static Set<Socket> of(long pid) throws IOException {
        Path process = Path.of("/proc/" + pid);
        Set<String> inodes = new HashSet<>();
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
            for (Path descriptor : descriptors.toList()) {
                try {
                    inodes.add(Files.readSymbolicLink(descriptor).toString());
                } catch (IOException closed) {
                    // Between the look at the folder and the look at the descriptor.
                    inodes.remove("");
                }
            }
        }
        Set<Socket> sockets = new HashSet<>();
        for (String table : List.of("net/tcp", "net/tcp6")) {
            List<String> lines = Files.readAllLines(process.resolve(table));
            for (String line : lines.subList(1, lines.size())) {
                String[] fields = line.strip().split("\\s+", -1);
                if (inodes.contains("socket:[" + fields[9] + "]")) {
                    sockets.add(new Socket(address(fields[1]), address(fields[2]), fields[3].equals(LISTENS)));
                }
            }
        }
        return sockets;
    }

    private static String address(String hex) throws IOException {
        int colon = hex.indexOf(':');
        byte[] words = HexFormat.of().parseHex(hex.substring(0, colon));
        byte[] bytes = new byte[words.length];
        for (int i = 0; i < bytes.length; i++) {
            // Each word in the order of a little-endian processor.
            bytes[i] = words[i / WORD_BYTES * WORD_BYTES + WORD_BYTES - 1 - i % WORD_BYTES];
        }
        // An IPv4 address that is written as one of IPv6 becomes one of IPv4 again.
        return InetAddress.getByAddress(bytes).getHostAddress() + ":"
                + Integer.parseInt(hex.substring(colon + 1), HEXADECIMAL);
    }
}
