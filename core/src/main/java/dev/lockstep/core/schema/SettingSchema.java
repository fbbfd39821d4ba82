package dev.lockstep.core.schema;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;

/**
 * One setting of a record, as {@link Setting} describes it.
 *
 * @param key in the job file
 * @param type of its value
 * @param doc what it means
 * @param defaultYaml its default in YAML syntax, or empty for none
 * @param optional whether it may be absent, its value then null
 * @param single whether a single value may stand for a list of one
 * @param accessor reads it from a record
 */
public record SettingSchema(
        String key,
        SettingType type,
        String doc,
        String defaultYaml,
        boolean optional,
        boolean single,
        Method accessor) {
    static SettingSchema of(RecordComponent component) {
        Setting setting = component.getAnnotation(Setting.class);
        if (setting == null) {
            throw new IllegalArgumentException(
                    component.getDeclaringRecord().getName() + "." + component.getName() + " lacks @Setting");
        }
        String key = setting.key().isEmpty() ? snakeCase(component.getName()) : setting.key();
        Method accessor = component.getAccessor();
        accessor.setAccessible(true);
        return new SettingSchema(
                key,
                SettingType.of(component.getGenericType()),
                setting.value(),
                setting.byDefault(),
                setting.optional(),
                setting.single(),
                accessor);
    }

    /** Whether it must be given: it has no default and is not optional. */
    public boolean required() {
        return defaultYaml.isEmpty() && !optional;
    }

    /** Its value in a record; null for an absent optional one. */
    public @Nullable Object valueIn(Record settings) {
        try {
            return accessor.invoke(settings);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("cannot read " + accessor, e);
        }
    }

    /** {@code learningRate} as {@code learning_rate}. */
    static String snakeCase(String camelCase) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < camelCase.length(); i++) {
            char letter = camelCase.charAt(i);
            if (Character.isUpperCase(letter)) {
                name.append('_');
            }
            name.append(Character.toLowerCase(letter));
        }
        return name.toString();
    }
}
