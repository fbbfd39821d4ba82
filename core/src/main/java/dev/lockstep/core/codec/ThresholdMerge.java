package dev.lockstep.core.codec;

import dev.lockstep.core.collective.ByteBlock;
import dev.lockstep.core.collective.PeerLostException;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.collective.TreeSum;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Threshold encoding with residual (Strom 2015, "Scalable distributed DNN training using commodity GPU cloud
 * computing").
 *
 * <ol>
 *   <li>v = residual + gradient. Wherever |v| reaches the threshold t the rank sends a sign k times and keeps v -
 *       k * sign * t, with k the times that |v| holds t (Strom's is 1: large values then drain for many steps, and
 *       accuracy suffers), bounded; elsewhere it keeps v. Nothing is ever lost: what was sent and what is kept add up to the gradients.
 *   <li>Every rank gets every other's message and adds all signs times t, in the order of the ranks.
 *   <li>The threshold follows the density of the merged messages, see {@link AdaptiveThreshold}.
 * </ol>
 *
 * While there is no threshold yet, and where a rank is alone, v is summed exactly and nothing is kept.
 *
 * <p>A message: the exact values as float32; the place of the first value that is not finite, or -1, and that value;
 * then the {@link SignMessage}. Replicas would drift apart if one saw NaN where another does not: so it travels too, and
 * the step is refused on all ranks.
 */
final class ThresholdMerge implements GradientMerge {
    private static final int NOT_FINITE_BYTES = 2 * Integer.BYTES;

    private final int encoded;
    private final AdaptiveThreshold adaptation;
    private final TreeSum treeSum = new TreeSum();
    private final float[] residual;
    /** What {@link #residual} becomes when the step is applied. */
    private final float[] left;

    private float nextThreshold;
    private ByteBlock[] outgoing = new ByteBlock[0];
    private ByteBlock[] incoming = new ByteBlock[0];
    private float[][] exactRows = new float[0][];

    ThresholdMerge(int encoded, AdaptiveThreshold adaptation) {
        this.encoded = encoded;
        this.adaptation = adaptation;
        this.residual = new float[encoded];
        this.left = new float[encoded];
    }

    @Override
    public void sum(float[] values, int length, float[] shared, ProcessGroup group) {
        float threshold = shared[0];
        for (int i = 0; i < encoded; i++) {
            left[i] = residual[i] + values[i];
        }
        if (threshold == 0 || group.size() == 1) {
            sumExactly(values, length, threshold, group);
        } else {
            sumSigns(values, length, threshold, group);
        }
    }

    private void sumExactly(float[] values, int length, float threshold, ProcessGroup group) {
        System.arraycopy(left, 0, values, 0, encoded);
        Arrays.fill(left, 0f);
        group.allReduceSum(values, length);
        nextThreshold = threshold == 0 ? adaptation.first(values, encoded, group.size()) : threshold;
    }

    private void sumSigns(float[] values, int length, float threshold, ProcessGroup group) {
        int size = group.size();
        int exact = length - encoded;
        if (outgoing.length != size) {
            outgoing = new ByteBlock[size];
            Arrays.fill(outgoing, new ByteBlock());
            incoming = ByteBlock.array(size);
            exactRows = new float[size][exact];
        }
        ByteBlock own = outgoing[0];
        int signsAt = writeMessage(own, values, exact, threshold);
        group.exchange(outgoing, incoming, signsAt + SignMessage.longest(encoded));
        Arrays.fill(values, 0, encoded, 0f);
        long sent = 0;
        for (int rank = 0; rank < size; rank++) {
            sent += take(rank, rank == group.rank() ? own : incoming[rank], signsAt, threshold, values);
        }
        addNotFinite(values, exact, group.rank());
        treeSum.sum(exactRows, new int[size], size, values, encoded, exact);
        SignMessage.add(own.bytes(), signsAt, -threshold, left, encoded);
        nextThreshold = adaptation.next(threshold, sent, (long) size * encoded);
    }

    /** Takes a rank's message; returns how many thresholds it sent. */
    private int take(int rank, ByteBlock message, int signsAt, float threshold, float[] values) {
        byte[] bytes = message.bytes();
        int exact = exactRows[rank].length;
        try {
            int place = LittleEndian.getInt(bytes, exact * Float.BYTES);
            int sent = SignMessage.count(bytes, signsAt);
            if (message.length() < signsAt || place < -1 || place >= encoded || sent < 0) {
                throw damaged(rank, null);
            }
            LittleEndian.getFloats(bytes, 0, exactRows[rank], 0, exact);
            SignMessage.add(bytes, signsAt, threshold, values, encoded);
            return sent;
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            throw damaged(rank, e);
        }
    }

    private static PeerLostException damaged(int rank, @Nullable RuntimeException cause) {
        return new PeerLostException(
                "rank " + rank + " sent signs of values that there are not; the workers' calls differ", cause);
    }

    /** Returns where the signs begin. */
    private int writeMessage(ByteBlock message, float[] values, int exact, float threshold) {
        int signsAt = exact * Float.BYTES + NOT_FINITE_BYTES;
        byte[] bytes = message.reserve(signsAt + SignMessage.room(encoded));
        LittleEndian.putFloats(bytes, 0, values, encoded, exact);
        int place = firstNotFinite();
        LittleEndian.putInt(bytes, exact * Float.BYTES, place);
        LittleEndian.putInt(
                bytes, exact * Float.BYTES + Integer.BYTES, place < 0 ? 0 : Float.floatToRawIntBits(left[place]));
        message.truncate(SignMessage.write(left, encoded, threshold, bytes, signsAt));
        return signsAt;
    }

    private void addNotFinite(float[] values, int exact, int ownRank) {
        for (int rank = 0; rank < outgoing.length; rank++) {
            byte[] bytes = (rank == ownRank ? outgoing[0] : incoming[rank]).bytes();
            int place = LittleEndian.getInt(bytes, exact * Float.BYTES);
            if (place >= 0) {
                values[place] += Float.intBitsToFloat(LittleEndian.getInt(bytes, exact * Float.BYTES + Integer.BYTES));
            }
        }
    }

    private int firstNotFinite() {
        // One more in the exponent carries into the sign where the exponent was all ones.
        int carries = 0;
        for (int i = 0; i < encoded; i++) {
            carries |= (Float.floatToRawIntBits(left[i]) & Integer.MAX_VALUE) + (1 << 23);
        }
        if (carries >= 0) {
            return -1;
        }
        int place = 0;
        while (Float.isFinite(left[place])) {
            place++;
        }
        return place;
    }

    @Override
    public void applied(float[] shared) {
        shared[0] = nextThreshold;
        System.arraycopy(left, 0, residual, 0, encoded);
    }

    @Override
    public float[] residual() {
        return residual;
    }

    @Override
    public void forget() {
        Arrays.fill(residual, 0f);
    }
}
