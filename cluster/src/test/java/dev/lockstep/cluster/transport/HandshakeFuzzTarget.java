package dev.lockstep.cluster.transport;

import dev.lockstep.core.fuzz.FuzzTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stranger at a worker's data port, or behind the address of a worker: whatever it says, it is not let in. */
public final class HandshakeFuzzTarget implements FuzzTarget {
    private static final byte[] SECRET = "the run's own secret".getBytes(StandardCharsets.UTF_8);
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int MOST_SAID = 16 << 10;

    private @Nullable ServerSocketChannel server;

    @Override
    public String name() {
        return "handshake";
    }

    @Override
    public List<byte[]> seeds() {
        ByteBuffer hello = ByteBuffer.allocate(200);
        hello.put((byte) 0)
                .putLong(0x4C4F434B53544550L)
                .putLong(1)
                .putInt(1)
                .putInt(0)
                .putInt(0);
        byte[] answer = new byte[100];
        answer[0] = 1;
        return List.of(hello.array(), answer);
    }

    @Override
    public void read(byte[] input) throws IOException {
        boolean accepts = input.length == 0 || input[0] % 2 == 0;
        byte[] said = Arrays.copyOfRange(input, Math.min(1, input.length), Math.min(input.length, MOST_SAID));
        PeerHandshake handshake = new PeerHandshake(SECRET, 0, new DataTransport(false, true));
        try (SocketPair pair = SocketPair.of(server())) {
            pair.say(said);
            if (accepts) {
                handshake.accepting(pair.own(), generation -> generation >= 0, DEADLINE);
            } else {
                handshake.connecting(pair.own(), 1, 1, DEADLINE);
            }
        } catch (IOException refused) {
            return;
        }
        throw new AssertionError("a stranger was let in");
    }

    private synchronized ServerSocketChannel server() throws IOException {
        ServerSocketChannel known = server;
        if (known == null) {
            known = SocketPair.server();
            server = known;
        }
        return known;
    }

    @Override
    public List<String> words() {
        return List.of("PETSKCOL", "LOCKSTEP");
    }
}
