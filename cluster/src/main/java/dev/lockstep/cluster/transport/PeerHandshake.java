package dev.lockstep.cluster.transport;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.LongPredicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * How two workers prove to each other that they share the run's secret, before a data channel carries anything.
 *
 * <p>The connecting worker sends a hello (mark, generation, both ranks, whether frames are encrypted, a nonce). The
 * accepting one answers with a nonce of its own and HMAC-SHA256(key, "accepting" | hello | nonce); the connecting one
 * proves itself with HMAC-SHA256(key, "connecting" | hello | nonce). The labels keep one proof from being played back
 * as the other; the nonces keep old ones from being played back at all. Frame keys are derived from the same
 * transcript, one for each direction.
 */
final class PeerHandshake {
    private static final long MARK = 0x4C4F434B53544550L;
    private static final int NONCE_BYTES = 32;
    private static final int PROOF_BYTES = 32;
    private static final int HELLO_BYTES = Long.BYTES + Long.BYTES + 3 * Integer.BYTES + NONCE_BYTES;
    private static final String MAC_ALGORITHM = "HmacSHA256";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] secret;
    private final int ownRank;
    private final boolean encrypt;

    PeerHandshake(byte[] secret, int ownRank, boolean encrypt) {
        this.secret = secret.clone();
        this.ownRank = ownRank;
        this.encrypt = encrypt;
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
                .putInt(encrypt ? 1 : 0);
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
        return connection(channel, generation, peerRank, transcript, "connecting", "accepting");
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
        if (mark != MARK || intendedRank != ownRank || peerRank == ownRank || encrypted != encrypt) {
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
        return connection(channel, generation, peerRank, transcript, "accepting", "connecting");
    }

    private PeerConnection connection(
            SocketChannel channel, long generation, int peerRank, ByteBuffer transcript, String own, String other)
            throws IOException {
        channel.socket().setSoTimeout(0);
        channel.socket().setTcpNoDelay(true);
        @Nullable
        FrameCipher cipher = encrypt
                ? new FrameCipher(
                        authenticate("frames from " + own, transcript),
                        authenticate("frames from " + other, transcript))
                : null;
        return new PeerConnection(
                channel,
                generation,
                peerRank,
                String.valueOf(channel.getRemoteAddress()).replace("/", ""),
                cipher);
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
