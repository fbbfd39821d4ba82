package dev.lockstep.core.checkpoint;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often a checkpoint is written, such as {@code 1 epoch}, {@code 500 steps} or {@code 60 seconds}.
 *
 * @param amount how many units
 * @param unit of what
 */
public record CheckpointInterval(int amount, Unit unit) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})\\s*(epoch|step|second)s?");

    /** What is counted. */
    public enum Unit {
        /** Whole passes over the training samples. */
        EPOCH,
        /** Optimizer steps. */
        STEP,
        /** Seconds since the last checkpoint. */
        SECOND
    }

    public CheckpointInterval {
        if (amount <= 0) {
            throw new IllegalArgumentException("expected an amount above 0, found " + amount);
        }
    }

    /**
     * Reads the job-file form.
     *
     * @throws IllegalArgumentException saying what was expected
     */
    public static CheckpointInterval parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "expected an amount and a unit, such as \"1 epoch\", \"500 steps\" or \"60 seconds\"");
        }
        return new CheckpointInterval(
                Integer.parseInt(matcher.group(1)),
                Unit.valueOf(matcher.group(2).toUpperCase(Locale.ROOT)));
    }

    @Override
    public String toString() {
        return amount + " " + unit.name().toLowerCase(Locale.ROOT) + (amount == 1 ? "" : "s");
    }
}
