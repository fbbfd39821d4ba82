package dev.lockstep.core.codec;

import dev.lockstep.core.collective.ByteBlock;
import dev.lockstep.core.collective.PeerLostException;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.fuzz.FuzzFiles;
import dev.lockstep.core.fuzz.FuzzTarget;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the other of two ranks sent with a lossy codec. */
public final class CodecFuzzTarget implements FuzzTarget {
    private static final int ENCODED = 100;
    private static final int EXACT = 3;
    private static final float THRESHOLD = 0.25f;

    @Override
    public String name() {
        return "codec";
    }

    private static float[] values() {
        float[] values = new float[ENCODED + EXACT];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 7 == 0 ? 0.6f : i % 5 == 0 ? -0.3f : 0.01f;
        }
        return values;
    }

    @Override
    public List<byte[]> seeds() {
        byte[][] sent = new byte[3][];
        for (int kind = 0; kind < sent.length; kind++) {
            Other recorder = new Other(new byte[0]);
            try {
                merge(kind, recorder);
            } catch (PeerLostException nothingCame) {
                // What was sent is what a seed needs.
            }
            sent[kind] = recorder.sent;
        }
        return List.of(input("0", sent[0]), input("1", sent[1]), input("2", sent[2]));
    }

    private static byte[] input(String kind, byte[] message) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(kind, message);
        return FuzzFiles.joined(files);
    }

    @Override
    public void read(byte[] input) {
        FuzzFiles.split(input)
                .forEach((kind, message) -> merge(kind.isEmpty() ? 0 : kind.charAt(0) % 3, new Other(message)));
    }

    /** Kind 2 sends so many values that a map is shorter than a list. */
    private static void merge(int kind, Other group) {
        GradientMerge merge =
                kind == 0 ? new Float16Merge(ENCODED) : new ThresholdMerge(ENCODED, new AdaptiveThreshold(0.1));
        float[] values = values();
        if (kind == 2) {
            Arrays.fill(values, 1);
        }
        float[] shared = {THRESHOLD};
        merge.sum(values, values.length, shared, group);
        merge.applied(shared);
    }

    /** A codec's message is of its peer alone, and a lost peer makes the ranks meet again. */
    @Override
    public boolean isRefusal(Throwable thrown) {
        return thrown instanceof PeerLostException;
    }

    /** The group of two whose other rank is the input. */
    private static final class Other implements ProcessGroup {
        private final byte[] message;
        private byte[] sent = new byte[0];

        Other(byte[] message) {
            this.message = message;
        }

        @Override
        public int rank() {
            return 0;
        }

        @Override
        public int size() {
            return 2;
        }

        @Override
        public void exchange(ByteBlock[] outgoing, ByteBlock[] incoming, int limit) {
            sent = Arrays.copyOf(outgoing[1].bytes(), outgoing[1].length());
            if (message.length > limit) {
                throw new PeerLostException("more than the limit, which the transport refuses", null);
            }
            System.arraycopy(message, 0, incoming[1].reserve(message.length), 0, message.length);
        }

        @Override
        public void allReduceSum(float[] values, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void allReduceSum(double[] values, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void broadcast(float[] values, int length, int root) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void broadcast(double[] values, int length, int root) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void barrier() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long bytesSent() {
            return 0;
        }

        @Override
        public void close() {
            // There is nothing behind it.
        }
    }
}
