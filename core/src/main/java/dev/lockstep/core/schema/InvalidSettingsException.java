package dev.lockstep.core.schema;

import java.io.Serializable;
import java.util.List;

/** The settings of one record are wrong: all of them are listed, each with its key. */
public final class InvalidSettingsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** One wrong setting: the snake_case key, what was expected and what was found. */
    public record InvalidSetting(String key, String expected, String found) implements Serializable {
        @Override
        public String toString() {
            return key + ": expected " + expected + ", found " + found;
        }
    }

    private final List<InvalidSetting> settings;

    public InvalidSettingsException(List<InvalidSetting> settings) {
        super(String.join("; ", settings.stream().map(InvalidSetting::toString).toList()));
        this.settings = List.copyOf(settings);
    }

    /** The wrong settings, in the order they were checked. */
    public List<InvalidSetting> settings() {
        return settings;
    }
}
