package dev.lockstep.core.fault;

/**
 * A moment in a worker's training.
 *
 * @param step counted from 1: the one being computed or merged; 0 before the first
 * @param phase within it
 * @param call the how-manieth of its kind, from 0: broadcast of the state, collective call since the gradient was computed
 */
public record Moment(long step, Phase phase, int call) {
    /** Whether a worker that is at another moment has come to this one, or is past it in the same phase. */
    boolean isReachedAt(Moment other) {
        return phase == other.phase && (other.step > step || (other.step == step && other.call >= call));
    }

    @Override
    public String toString() {
        return phase.name().toLowerCase(java.util.Locale.ROOT) + (call > 0 ? "[" + call + "]" : "") + " of step "
                + step;
    }
}
