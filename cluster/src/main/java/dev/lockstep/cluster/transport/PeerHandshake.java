package dev.lockstep.cluster.transport;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.LongPredicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How two workers prove to each other that they share the run's secret, before a data channel carries anything.
 *
 * <p>The connecting worker sends a hello (mark, generation, both ranks, whether frames are encrypted, a nonce). The
 * accepting one answers with a nonce of its own and HMAC-SHA256(key, "accepting" | hello | nonce); the connecting one
 * proves itself with HMAC-SHA256(key, "connecting" | hello | nonce). The labels keep one proof from being played back
 * as the other; the nonces keep old ones from being played back at all. Frame keys are derived from the same
 * transcript, one for each direction.
 *
 * <p>Workers on one host then agree on memory that both map: the connecting one makes it, in a place that follows from
 * the secret and the transcript, and says so by one byte; the accepting one answers by one whether it could map it too.
 */
final class PeerHandshake {
    private static final long MARK = 0x4C4F434B53544550L;
    private static final int NONCE_BYTES = 32;
    private static final int PROOF_BYTES = 32;
    private static final int HELLO_BYTES = Long.BYTES + Long.BYTES + 3 * Integer.BYTES + NONCE_BYTES;
    private static final String MAC_ALGORITHM = "HmacSHA256";
    private static final byte YES = 1;
    private static final byte NO = 0;
    private static final Logger LOG = LoggerFactory.getLogger(PeerHandshake.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] secret;
    private final int ownRank;
    private final DataTransport transport;

    PeerHandshake(byte[] secret, int ownRank, DataTransport transport) {
        this.secret = secret.clone();
        this.ownRank = ownRank;
        this.transport = transport;
    }

    /**
     * The connecting side.
     *
     * @throws IOException when the other side is not that member of that generation
     */
    PeerConnection connecting(SocketChannel channel, long generation, int peerRank, Duration deadline)
            throws IOException {
        long end = System.nanoTime() + deadline.toNanos();
        ByteBuffer transcript = ByteBuffer.allocate(HELLO_BYTES + NONCE_BYTES);
        transcript
                .putLong(MARK)
                .putLong(generation)
                .putInt(ownRank)
                .putInt(peerRank)
                .putInt(transport.encrypt() ? 1 : 0);
        transcript.put(nonce());
        byte[] hello = new byte[HELLO_BYTES];
        transcript.get(0, hello);
        send(channel, hello);
        transcript.put(receive(channel, NONCE_BYTES, end));
        byte[] proof = receive(channel, PROOF_BYTES, end);
        if (!MessageDigest.isEqual(proof, authenticate("accepting", transcript))) {
            throw new IOException("the worker there does not share the run's secret");
        }
        send(channel, authenticate("connecting", transcript));
        SharedMemory memory = offerMemory(channel, transcript, end);
        return connection(channel, generation, peerRank, transcript, "connecting", "accepting", memory);
    }

    /**
     * The accepting side.
     *
     * @param acceptable which generations may still come
     * @throws IOException when the other side is a stranger, too slow, or of an old generation
     */
    PeerConnection accepting(SocketChannel channel, LongPredicate acceptable, Duration deadline) throws IOException {
        long end = System.nanoTime() + deadline.toNanos();
        byte[] hello = receive(channel, HELLO_BYTES, end);
        ByteBuffer fields = ByteBuffer.wrap(hello);
        long mark = fields.getLong();
        long generation = fields.getLong();
        int peerRank = fields.getInt();
        int intendedRank = fields.getInt();
        boolean encrypted = fields.getInt() == 1;
        if (mark != MARK || intendedRank != ownRank || peerRank == ownRank || encrypted != transport.encrypt()) {
            throw new IOException("the first bytes are not those of a worker of this run");
        }
        if (!acceptable.test(generation)) {
            throw new IOException("rank " + peerRank + " comes from generation " + generation + ", which is over");
        }
        ByteBuffer transcript = ByteBuffer.allocate(HELLO_BYTES + NONCE_BYTES);
        byte[] answer = nonce();
        transcript.put(hello).put(answer);
        byte[] proof = authenticate("accepting", transcript);
        send(channel, answer);
        send(channel, proof);
        if (!MessageDigest.isEqual(receive(channel, PROOF_BYTES, end), authenticate("connecting", transcript))) {
            throw new IOException("the worker there does not share the run's secret");
        }
        SharedMemory memory = acceptMemory(channel, transcript, end);
        return connection(channel, generation, peerRank, transcript, "accepting", "connecting", memory);
    }

    private @Nullable SharedMemory offerMemory(SocketChannel channel, ByteBuffer transcript, long end)
            throws IOException {
        Path place = SharedMemory.place(authenticate("shared memory, name", transcript));
        SharedMemory memory = null;
        try {
            if (transport.sharedMemory() && SharedMemory.isAvailable() && isOnThisHost(channel)) {
                memory = create(place, transcript);
            }
            send(channel, new byte[] {memory == null ? NO : YES});
            return receive(channel, 1, end)[0] == YES ? memory : null;
        } finally {
            if (memory != null) {
                SharedMemory.remove(place);
            }
        }
    }

    private @Nullable SharedMemory create(Path place, ByteBuffer transcript) {
        try {
            return SharedMemory.create(place, authenticate("shared memory, content", transcript));
        } catch (IOException noRoom) {
            LOG.info(
                    "No memory to share with a worker on this host, so it is reached by sockets: {}",
                    noRoom.toString());
            return null;
        }
    }

    private @Nullable SharedMemory acceptMemory(SocketChannel channel, ByteBuffer transcript, long end)
            throws IOException {
        boolean offered = receive(channel, 1, end)[0] == YES;
        SharedMemory memory = null;
        if (offered && transport.sharedMemory()) {
            try {
                memory = SharedMemory.open(
                        SharedMemory.place(authenticate("shared memory, name", transcript)),
                        authenticate("shared memory, content", transcript));
            } catch (IOException elsewhere) {
                LOG.debug("A worker's memory cannot be mapped, so it is reached by sockets: {}", elsewhere.toString());
            }
        }
        send(channel, new byte[] {memory == null ? NO : YES});
        return memory;
    }

    /** Both ends of a connection within a host have the same address, whatever the interface. */
    private static boolean isOnThisHost(SocketChannel channel) {
        return channel.socket().getInetAddress().equals(channel.socket().getLocalAddress());
    }

    private PeerConnection connection(
            SocketChannel channel,
            long generation,
            int peerRank,
            ByteBuffer transcript,
            String own,
            String other,
            @Nullable SharedMemory memory)
            throws IOException {
        channel.socket().setSoTimeout(0);
        channel.socket().setTcpNoDelay(true);
        @Nullable
        FrameCipher cipher = transport.encrypt()
                ? new FrameCipher(
                        authenticate("frames from " + own, transcript),
                        authenticate("frames from " + other, transcript))
                : null;
        return new PeerConnection(
                channel,
                generation,
                peerRank,
                String.valueOf(channel.getRemoteAddress()).replace("/", ""),
                cipher,
                memory);
    }

    private byte[] authenticate(String label, ByteBuffer transcript) {
        try {
            Mac mac = Mac.getInstance(MAC_ALGORITHM);
            mac.init(new SecretKeySpec(secret, MAC_ALGORITHM));
            mac.update(("lockstep data channel, " + label).getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            mac.update(transcript.duplicate().clear());
            return mac.doFinal();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JDK has no " + MAC_ALGORITHM, impossible);
        }
    }

    private static byte[] nonce() {
        byte[] bytes = new byte[NONCE_BYTES];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static void send(SocketChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Through the socket's stream, whose reads can have a deadline. */
    private static byte[] receive(SocketChannel channel, int count, long end) throws IOException {
        byte[] bytes = new byte[count];
        InputStream stream = channel.socket().getInputStream();
        int filled = 0;
        while (filled < count) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketException("the other side did not complete the opening in time");
            }
            channel.socket().setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
            int read = stream.read(bytes, filled, count - filled);
            if (read < 0) {
                throw new EOFException("the other side closed the channel while it was being opened");
            }
            filled += read;
        }
        return bytes;
    }
}
