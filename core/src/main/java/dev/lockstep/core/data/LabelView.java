package dev.lockstep.core.data;

/**
 * How stored labels are presented to a loss.
 *
 * @param outputs 0 to present them as they are, else the width of the one-hot vector that a class index becomes
 */
public record LabelView(int outputs) {
    public LabelView {
        if (outputs < 0 || outputs == 1) {
            throw new IllegalArgumentException("a one-hot label needs at least 2 outputs, found " + outputs);
        }
    }

    /** Labels as they are stored: class indices for sparse losses, targets, or stored vectors. */
    public static LabelView asIs() {
        return new LabelView(0);
    }

    /** Class indices as one-hot vectors, for losses that compare all outputs. */
    public static LabelView oneHot(int outputs) {
        if (outputs < 2) {
            throw new IllegalArgumentException("a one-hot label needs at least 2 outputs, found " + outputs);
        }
        return new LabelView(outputs);
    }

    /** Whether class indices become vectors. */
    public boolean isOneHot() {
        return outputs > 0;
    }
}
