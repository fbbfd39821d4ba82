package dev.lockstep.cluster.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM over the frames of one connection. Each direction of each connection has a key of its own, and the frame
 * number is the nonce: no pair of them is ever used twice.
 */
public final class FrameCipher {
    /** What a sealed frame is longer than its content. */
    public static final int TAG_BYTES = 16;

    private static final int NONCE_BYTES = 12;
    private static final String TRANSFORMATION = "AES/GCM/NoPadding";

    private final Cipher cipher;
    private final SecretKeySpec sendingKey;
    private final SecretKeySpec receivingKey;
    private final byte[] nonce = new byte[NONCE_BYTES];
    private final ByteBuffer nonceView = ByteBuffer.wrap(nonce);

    FrameCipher(byte[] sendingKey, byte[] receivingKey) {
        this.sendingKey = new SecretKeySpec(sendingKey, "AES");
        this.receivingKey = new SecretKeySpec(receivingKey, "AES");
        try {
            cipher = Cipher.getInstance(TRANSFORMATION);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JDK has no " + TRANSFORMATION, impossible);
        }
    }

    /** Writes content and tag into {@code sealed}; the header is protected as it stands. */
    void seal(long sequence, ByteBuffer header, ByteBuffer content, ByteBuffer sealed) {
        try {
            initialise(Cipher.ENCRYPT_MODE, sendingKey, sequence);
            cipher.updateAAD(header);
            cipher.doFinal(content, sealed);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("sealing a frame failed", impossible);
        }
    }

    /**
     * Writes the content into {@code content}.
     *
     * @throws IOException when header or content were changed on the way
     */
    void open(long sequence, ByteBuffer header, ByteBuffer sealed, ByteBuffer content) throws IOException {
        try {
            initialise(Cipher.DECRYPT_MODE, receivingKey, sequence);
            cipher.updateAAD(header);
            cipher.doFinal(sealed, content);
        } catch (AEADBadTagException forged) {
            throw new IOException("a frame was changed on its way", forged);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("opening a frame failed", impossible);
        }
    }

    private void initialise(int mode, SecretKeySpec key, long sequence) throws GeneralSecurityException {
        nonceView.putLong(NONCE_BYTES - Long.BYTES, sequence);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
    }
}
