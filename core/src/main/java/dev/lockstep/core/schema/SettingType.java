package dev.lockstep.core.schema;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The type of a setting, as far as a job file can tell types apart.
 *
 * @param kind which form it has in the job file
 * @param raw the Java class; of a primitive its box
 * @param element the type of a list's elements, else null
 */
public record SettingType(Kind kind, Class<?> raw, @Nullable SettingType element) {
    /** The forms a setting can have in a job file. */
    public enum Kind {
        /** Text. */
        TEXT,
        /** A whole number that fits an int. */
        INT,
        /** A whole number that fits a long. */
        LONG,
        /** A number. */
        DOUBLE,
        /** true or false. */
        BOOLEAN,
        /** One of the names of an enum, in lower-case snake_case. */
        ENUM,
        /** Text that a record's static {@code parse(String)} reads. */
        PARSED,
        /** A group of settings. */
        RECORD,
        /** One of several records, see {@link OneOf}. */
        ONE_OF,
        /** A list. */
        LIST,
        /** Any keys with text values. */
        MAP,
        /** One word, or keys with numbers, see {@link WordOrNumbers}. */
        WORD_OR_NUMBERS;

        /** Whether it is a single value, not a group, a list or an alternative. */
        public boolean isScalar() {
            return compareTo(PARSED) <= 0;
        }
    }

    /**
     * Describes a Java type.
     *
     * @throws IllegalArgumentException for a type that a job file cannot express
     */
    public static SettingType of(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == List.class) {
                return new SettingType(Kind.LIST, List.class, of(arguments[0]));
            }
            if (generic.getRawType() == Map.class && arguments[0] == String.class && arguments[1] == String.class) {
                return new SettingType(Kind.MAP, Map.class, null);
            }
        }
        if (type instanceof Class<?> raw) {
            return new SettingType(kindOf(raw), raw, null);
        }
        throw new IllegalArgumentException("a job file cannot express the type " + type);
    }

    private static Kind kindOf(Class<?> raw) {
        if (raw == String.class) {
            return Kind.TEXT;
        } else if (raw == int.class || raw == Integer.class) {
            return Kind.INT;
        } else if (raw == long.class || raw == Long.class) {
            return Kind.LONG;
        } else if (raw == double.class || raw == Double.class) {
            return Kind.DOUBLE;
        } else if (raw == boolean.class || raw == Boolean.class) {
            return Kind.BOOLEAN;
        } else if (raw.isEnum()) {
            return Kind.ENUM;
        } else if (raw.isAnnotationPresent(OneOf.class)) {
            return Kind.ONE_OF;
        } else if (WordOrNumbers.class.isAssignableFrom(raw)) {
            return Kind.WORD_OR_NUMBERS;
        } else if (raw.isRecord()) {
            return parseMethod(raw) == null ? Kind.RECORD : Kind.PARSED;
        }
        throw new IllegalArgumentException("a job file cannot express the type " + raw.getName());
    }

    /** The static {@code parse(String)} of a {@link Kind#PARSED} record; null for another type. */
    public static @Nullable Method parseMethod(Class<?> raw) {
        return factoryMethod(raw, "parse", String.class);
    }

    /** The static {@code of(Map)} of a {@link Kind#WORD_OR_NUMBERS} record; null for another type. */
    public static @Nullable Method numbersMethod(Class<?> raw) {
        return factoryMethod(raw, "of", Map.class);
    }

    private static @Nullable Method factoryMethod(Class<?> raw, String name, Class<?> parameter) {
        return Arrays.stream(raw.getDeclaredMethods())
                .filter(method -> method.getName().equals(name)
                        && Modifier.isStatic(method.getModifiers())
                        && method.getReturnType() == raw
                        && Arrays.equals(method.getParameterTypes(), new Class<?>[] {parameter}))
                .findFirst()
                .orElse(null);
    }

    /** The names of an enum's constants in the job file. */
    public List<String> enumNames() {
        return Arrays.stream(raw.getEnumConstants())
                .map(constant -> enumName((Enum<?>) constant))
                .toList();
    }

    /** The name of an enum constant in the job file: lower-case snake_case. */
    public static String enumName(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** The alternatives of a {@link Kind#ONE_OF}. */
    public Alternatives alternatives() {
        return Alternatives.of(raw);
    }

    /** The settings of a {@link Kind#RECORD}. */
    public RecordSchema record() {
        return RecordSchema.of(raw.asSubclass(Record.class));
    }

    /** What is expected in the job file, as a noun phrase for a message: "a whole number". */
    public String expectation() {
        return switch (kind) {
            case TEXT -> "text";
            case INT, LONG -> "a whole number";
            case DOUBLE -> "a number";
            case BOOLEAN -> "true or false";
            case ENUM -> "one of " + String.join(", ", enumNames());
            case PARSED -> "text";
            case RECORD -> "a group of settings (" + String.join(", ", record().keys()) + ")";
            case ONE_OF -> "one of " + String.join(", ", alternatives().names());
            case LIST -> "a list";
            case MAP -> "a group of keys with values";
            case WORD_OR_NUMBERS -> "a word, or keys with numbers";
        };
    }
}
