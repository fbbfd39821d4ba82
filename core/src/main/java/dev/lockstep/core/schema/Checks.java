package dev.lockstep.core.schema;

import dev.lockstep.core.schema.InvalidSettingsException.InvalidSetting;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects what is wrong with a record's components, so that all of it is reported at once. Used in compact
 * constructors: {@code new Checks().positive("units", units).done();}
 */
public final class Checks {
    private final List<InvalidSetting> invalid = new ArrayList<>();

    /** Requires a condition. */
    public Checks that(String key, boolean condition, String expected, Object found) {
        if (!condition) {
            invalid.add(new InvalidSetting(key, expected, String.valueOf(found)));
        }
        return this;
    }

    /** Requires {@code value > 0}. */
    public Checks positive(String key, long value) {
        return that(key, value > 0, "a whole number above 0", value);
    }

    /** Requires a finite {@code value > 0}. */
    public Checks positive(String key, double value) {
        return that(key, Double.isFinite(value) && value > 0, "a number above 0", value);
    }

    /** Requires a finite {@code value >= 0}. */
    public Checks notNegative(String key, double value) {
        return that(key, Double.isFinite(value) && value >= 0, "a number not below 0", value);
    }

    /** Requires {@code 0 <= value < 1}. */
    public Checks fraction(String key, double value) {
        return that(key, value >= 0 && value < 1, "a number from 0 up to, not including, 1", value);
    }

    /**
     * Ends the checks.
     *
     * @throws InvalidSettingsException when any failed
     */
    public void done() {
        if (!invalid.isEmpty()) {
            throw new InvalidSettingsException(invalid);
        }
    }
}
