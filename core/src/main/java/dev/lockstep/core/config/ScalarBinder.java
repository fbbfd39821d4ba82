package dev.lockstep.core.config;

import dev.lockstep.core.config.ConfigNode.Mapping;
import dev.lockstep.core.config.ConfigNode.Scalar;
import dev.lockstep.core.config.ConfigNode.Unusable;
import dev.lockstep.core.schema.SettingType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builds single values from text: numbers, truth values, names, and records that read themselves. */
final class ScalarBinder {
    private static final int MOST_DIGITS = 1_000;

    private final Problems problems;

    ScalarBinder(Problems problems) {
        this.problems = problems;
    }

    /** The value, or {@link Failure#NOTED}. */
    Object bind(SettingType type, ConfigNode node, String path) {
        if (node instanceof Unusable) {
            return Failure.NOTED;
        }
        if (!(node instanceof Scalar scalar) || scalar.isNothing()) {
            return failure(type.expectation(), node, path, "");
        }
        return switch (type.kind()) {
            case TEXT -> scalar.text();
            case INT -> bindWhole(scalar, path, Integer.MIN_VALUE, Integer.MAX_VALUE) instanceof Long value
                    ? (Object) value.intValue()
                    : Failure.NOTED;
            case LONG -> bindWhole(scalar, path, Long.MIN_VALUE, Long.MAX_VALUE);
            case DOUBLE -> bindNumber(scalar, path);
            case BOOLEAN -> bindBoolean(scalar, path);
            case ENUM -> bindEnum(type, scalar, path);
            case PARSED, WORD_OR_NUMBERS -> bindParsed(type, scalar, path);
            default -> throw new IllegalArgumentException(type.kind() + " is not a single value");
        };
    }

    private Failure failure(String expected, ConfigNode found, String path, String hint) {
        problems.expected(found.location(), path, expected, found.describe() + hint);
        return Failure.NOTED;
    }

    private Object bindWhole(Scalar scalar, String path, long least, long most) {
        BigDecimal number = number(scalar);
        if (number == null) {
            return failure("a whole number", scalar, path, quotesHint(scalar));
        }
        try {
            long value = number.longValueExact();
            if (value >= least && value <= most) {
                return value;
            }
        } catch (ArithmeticException e) {
            // A fraction would have scale left after its trailing zeros are gone.
            if (number.stripTrailingZeros().scale() > 0) {
                return failure("a whole number", scalar, path, "");
            }
        }
        return failure("a whole number from " + least + " to " + most, scalar, path, "");
    }

    private Object bindNumber(Scalar scalar, String path) {
        BigDecimal number = number(scalar);
        if (number == null || Double.isInfinite(number.doubleValue())) {
            return failure("a finite number", scalar, path, quotesHint(scalar));
        }
        return number.doubleValue();
    }

    /** The number that unquoted text means in YAML's core schema, hexadecimal and octal included; null for none. */
    private static @Nullable BigDecimal number(Scalar scalar) {
        // Making a number takes a time that grows with the square of its digits.
        boolean isLong = scalar.text().length() > MOST_DIGITS;
        if (scalar.quoted() || isLong || !YamlReader.isNumberOrBoolean(scalar.text())) {
            return null;
        }
        String text = scalar.text();
        try {
            if (text.startsWith("0x") || text.startsWith("0o")) {
                return new BigDecimal(new BigInteger(text.substring(2), text.charAt(1) == 'x' ? 16 : 8));
            }
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            return null; // true, false, .inf, .nan
        }
    }

    private static String quotesHint(Scalar scalar) {
        return scalar.quoted() && YamlReader.isNumberOrBoolean(scalar.text()) ? "; remove the quotes" : "";
    }

    private Object bindBoolean(Scalar scalar, String path) {
        String word = scalar.text().toLowerCase(Locale.ROOT);
        if (!scalar.quoted() && (word.equals("true") || word.equals("false"))) {
            return word.equals("true");
        }
        String hint = List.of("yes", "on", "y", "1").contains(word)
                ? Problems.didYouMean(List.of("true"))
                : List.of("no", "off", "n", "0").contains(word) ? Problems.didYouMean(List.of("false")) : "";
        return failure("true or false", scalar, path, scalar.quoted() ? quotesHint(scalar) : hint);
    }

    private Object bindEnum(SettingType type, Scalar scalar, String path) {
        for (Object constant : type.raw().getEnumConstants()) {
            if (SettingType.enumName((Enum<?>) constant).equals(scalar.text())) {
                return constant;
            }
        }
        problems.unknownName(scalar.location(), path, type.expectation(), scalar.text(), type.enumNames());
        return Failure.NOTED;
    }

    private Object bindParsed(SettingType type, Scalar scalar, String path) {
        return make(SettingType.parseMethod(type.raw()), scalar.text(), scalar, path);
    }

    /** A record from keys with numbers, or {@link Failure#NOTED}. */
    Object bindNumbers(SettingType type, Mapping mapping, String path) {
        Map<String, Object> numbers = new LinkedHashMap<>();
        mapping.entries()
                .forEach((key, entry) -> numbers.put(
                        key, bind(SettingType.of(double.class), entry.value(), Variables.below(path, key))));
        return numbers.containsValue(Failure.NOTED)
                ? Failure.NOTED
                : make(SettingType.numbersMethod(type.raw()), numbers, mapping, path);
    }

    private Object make(@Nullable Method factory, Object from, ConfigNode node, String path) {
        try {
            return Objects.requireNonNull(factory).invoke(null, from);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException cause) {
                String message = String.valueOf(cause.getMessage());
                problems.add(
                        node.location(),
                        path,
                        message.contains("found ") ? message : message + ", found " + node.describe());
                return Failure.NOTED;
            }
            throw new IllegalStateException("cannot read " + path, e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("cannot read " + path, e);
        }
    }
}
