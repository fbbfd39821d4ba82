package dev.lockstep.cluster.transport;

import dev.lockstep.core.fuzz.FuzzTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Frames of a peer, in the clear or sealed: what is not what had to come next ends the connection. */
public final class FrameFuzzTarget implements FuzzTarget {
    private static final int NUMBERS = 20;
    private static final long GENERATION = 3;
    private static final long DEADLINE_SECONDS = 10;
    private static final int MOST_SAID = 16 << 10;

    private @Nullable ServerSocketChannel server;

    @Override
    public String name() {
        return "frame";
    }

    /** What a worker sends of twenty numbers; the first byte says whether frames are sealed. */
    @Override
    public List<byte[]> seeds() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (boolean sealed : new boolean[] {false, true}) {
            try (SocketPair pair = SocketPair.of(server())) {
                PeerChannel sender = PeerChannel.over(connection(pair, sealed));
                float[] numbers = new float[NUMBERS];
                for (int i = 0; i < NUMBERS; i++) {
                    numbers[i] = i / 3f;
                }
                sender.send(numbers, 0, NUMBERS);
                while (sender.isSending()) {
                    sender.progress();
                }
                ByteBuffer sent = ByteBuffer.allocate((int) sender.bytesSent());
                while (sent.hasRemaining()) {
                    pair.stranger().read(sent);
                }
                ByteArrayOutputStream seed = new ByteArrayOutputStream();
                seed.write(sealed ? 1 : 0);
                seed.writeBytes(sent.array());
                seeds.add(seed.toByteArray());
            }
        }
        return seeds;
    }

    private static PeerConnection connection(SocketPair pair, boolean sealed) {
        byte[] key = new byte[32];
        return new PeerConnection(
                pair.own(), GENERATION, 1, "a stranger", sealed ? new FrameCipher(key, key) : null, null);
    }

    @Override
    public void read(byte[] input) throws IOException {
        boolean sealed = input.length > 0 && input[0] % 2 != 0;
        byte[] said = Arrays.copyOfRange(input, Math.min(1, input.length), Math.min(input.length, MOST_SAID));
        try (SocketPair pair = SocketPair.of(server())) {
            pair.say(said);
            PeerChannel channel = PeerChannel.over(connection(pair, sealed));
            channel.receive(new float[NUMBERS], 0, NUMBERS);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
            while (channel.isReceiving()) {
                if (!channel.progress() && System.nanoTime() > end) {
                    throw new AssertionError("neither numbers nor an end came");
                }
            }
        }
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
    public boolean isRefusal(Throwable thrown) {
        return thrown instanceof IOException;
    }
}
