package dev.lockstep.cluster.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keeps control messages from being changed on their way: each ends in HMAC-SHA256(secret, direction | number of the
 * message | message). Spark's AES-CTR hides messages, but someone who can write to the wire could flip their bits; its
 * keys are new for each connection, so messages of another connection come out as noise.
 */
final class MessageSeal {
    static final int BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;
    private final String sendingLabel;
    private final String receivingLabel;
    private final Object sendingLock = new Object();
    private long sent;
    private long received;

    MessageSeal(byte[] secret, boolean server) {
        key = new SecretKeySpec(secret, ALGORITHM);
        sendingLabel = server ? "from the driver" : "from a worker";
        receivingLabel = server ? "from a worker" : "from the driver";
    }

    /** Seals and sends in one go: the numbers must leave in order, whichever threads send. */
    void send(byte[] message, Consumer<byte[]> sender) {
        synchronized (sendingLock) {
            byte[] tag = tag(sendingLabel, sent++, message);
            sender.accept(ByteBuffer.allocate(message.length + BYTES)
                    .put(message)
                    .put(tag)
                    .array());
        }
    }

    /** Called by the connection's one network thread. */
    byte[] open(ByteBuffer wire) throws IOException {
        if (wire.remaining() < BYTES) {
            throw new IOException("a control message without a seal");
        }
        byte[] message = new byte[wire.remaining() - BYTES];
        byte[] tag = new byte[BYTES];
        wire.get(message).get(tag);
        if (!MessageDigest.isEqual(tag, tag(receivingLabel, received++, message))) {
            throw new IOException("a control message was changed, left out or repeated on its way");
        }
        return message;
    }

    private byte[] tag(String label, long number, byte[] message) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(("lockstep control message, " + label).getBytes(StandardCharsets.UTF_8));
            mac.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
            return mac.doFinal(message);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JDK has no " + ALGORITHM, impossible);
        }
    }
}
