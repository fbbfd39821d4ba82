package dev.lockstep.bench.bound;

import dev.lockstep.bench.Contender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Exchanges a second between two threads over the loopback interface: both send the gradient of model A, 437,544 bytes,
 * and receive the other's. Nothing is added up: what the wire alone costs. The channels do not block, so that both
 * directions move at once, and a thread that cannot move anything spins.
 */
public final class LoopbackExchange implements Contender {
    /** Bytes of model A's gradient. */
    public static final int BYTES = 109_386 * Float.BYTES;

    private static final int WARM_UP_STEPS = 3_000;

    private final SocketChannel near;
    private final SocketChannel far;

    /** Connects the two ends. */
    public LoopbackExchange() {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            near = SocketChannel.open(server.getLocalAddress());
            far = server.accept();
            for (SocketChannel end : new SocketChannel[] {near, far}) {
                end.setOption(StandardSocketOptions.TCP_NODELAY, true);
                end.configureBlocking(false);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String prepare() {
        rate(WARM_UP_STEPS);
        return "two threads, " + BYTES + " bytes each way, direct buffers, spinning";
    }

    @Override
    public double rate(int steps) {
        Thread other = new Thread(() -> exchange(far, steps), "far-end");
        long started = System.nanoTime();
        other.start();
        exchange(near, steps);
        try {
            other.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in the middle of a round", e);
        }
        return steps / ((System.nanoTime() - started) / 1e9);
    }

    private static void exchange(SocketChannel channel, int steps) {
        ByteBuffer out = ByteBuffer.allocateDirect(BYTES);
        ByteBuffer in = ByteBuffer.allocateDirect(BYTES);
        try {
            for (int step = 0; step < steps; step++) {
                out.clear();
                in.clear();
                while (out.hasRemaining() || in.hasRemaining()) {
                    int moved = out.hasRemaining() ? channel.write(out) : 0;
                    moved += in.hasRemaining() ? channel.read(in) : 0;
                    if (moved == 0) {
                        Thread.onSpinWait();
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            near.close();
            far.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
