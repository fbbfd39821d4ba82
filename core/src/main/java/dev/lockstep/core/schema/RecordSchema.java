package dev.lockstep.core.schema;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one record class, in the order of its components.
 *
 * @param type the record class
 * @param settings its settings
 */
public record RecordSchema(Class<? extends Record> type, List<SettingSchema> settings) {
    public RecordSchema {
        settings = List.copyOf(settings);
    }

    /**
     * Reads the annotations of a record class.
     *
     * @throws IllegalArgumentException when a component lacks {@link Setting} or has a type a job file cannot express
     */
    public static RecordSchema of(Class<? extends Record> type) {
        return new RecordSchema(
                type,
                Arrays.stream(type.getRecordComponents()).map(SettingSchema::of).toList());
    }

    /** The keys of all settings. */
    public List<String> keys() {
        return settings.stream().map(SettingSchema::key).toList();
    }

    /** The setting with a key; null when there is none. */
    public @Nullable SettingSchema setting(String key) {
        return settings.stream()
                .filter(setting -> setting.key().equals(key))
                .findFirst()
                .orElse(null);
    }

    /**
     * Builds a record from the values of its settings, in their order.
     *
     * @throws RuntimeException what the record's compact constructor throws, an {@link InvalidSettingsException} for one
     */
    public Record construct(@Nullable Object[] values) {
        try {
            Constructor<? extends Record> constructor =
                    type.getDeclaredConstructor(Arrays.stream(type.getRecordComponents())
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("cannot build " + type.getName(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot build " + type.getName(), e);
        }
    }
}
