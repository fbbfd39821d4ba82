package dev.lockstep.core.schema;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The alternatives of a family, as {@link OneOf} registers them.
 *
 * @param family the annotated type
 * @param discriminator the key that names the alternative beside its settings, or empty for {@code name: {settings}}
 * @param byName the records under their names, in the order of registration
 */
public record Alternatives(Class<?> family, String discriminator, Map<String, Class<? extends Record>> byName) {
    /**
     * Reads the annotation of a family.
     *
     * @throws IllegalArgumentException when it or an alternative is not annotated
     */
    public static Alternatives of(Class<?> family) {
        OneOf oneOf = family.getAnnotation(OneOf.class);
        if (oneOf == null) {
            throw new IllegalArgumentException(family.getName() + " lacks @OneOf");
        }
        Map<String, Class<? extends Record>> byName = new LinkedHashMap<>();
        for (Class<? extends Record> alternative : oneOf.value()) {
            if (byName.put(nameOf(alternative), alternative) != null) {
                throw new IllegalArgumentException(
                        family.getName() + " has two alternatives named " + nameOf(alternative));
            }
        }
        return new Alternatives(family, oneOf.discriminator(), byName);
    }

    /**
     * The name of an alternative.
     *
     * @throws IllegalArgumentException when it lacks {@link Named}
     */
    public static String nameOf(Class<? extends Record> alternative) {
        return named(alternative).value();
    }

    /** What an alternative is, for the documentation. */
    public static String docOf(Class<? extends Record> alternative) {
        return named(alternative).doc();
    }

    private static Named named(Class<? extends Record> alternative) {
        Named named = alternative.getAnnotation(Named.class);
        if (named == null) {
            throw new IllegalArgumentException(alternative.getName() + " lacks @Named");
        }
        return named;
    }

    /** All names, in the order of registration. */
    public List<String> names() {
        return List.copyOf(byName.keySet());
    }

    /** The settings of an alternative; null for an unknown name. */
    public @Nullable RecordSchema schema(String name) {
        Class<? extends Record> type = byName.get(name);
        return type == null ? null : RecordSchema.of(type);
    }

    /** Whether the alternative's name stands beside its settings. */
    public boolean isDiscriminated() {
        return !discriminator.isEmpty();
    }

    /** What one of the family is called in a message: "layer", "loss"; made from the class name. */
    public String noun() {
        String name = family.getSimpleName();
        return SettingSchema.snakeCase(name.endsWith("Spec") ? name.substring(0, name.length() - 4) : name)
                .substring(1)
                .replace('_', ' ');
    }
}
