package dev.lockstep.core.config;

import dev.lockstep.core.config.ConfigNode.Entry;
import dev.lockstep.core.config.ConfigNode.Mapping;
import dev.lockstep.core.schema.InvalidSettingsException;
import dev.lockstep.core.schema.InvalidSettingsException.InvalidSetting;
import dev.lockstep.core.schema.RecordSchema;
import dev.lockstep.core.schema.SettingSchema;
import dev.lockstep.core.schema.SettingType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Builds a record whose settings are bound and turns what its compact constructor objects to into problems with places.
 *
 * <p>When some settings could not be bound, the others are still checked: the record is built with stand-ins. A check
 * may compare a setting with a stand-in, so only what fails with two different sets of stand-ins is reported.
 */
final class RecordConstruction {
    private final Problems problems;

    RecordConstruction(Problems problems) {
        this.problems = problems;
    }

    /** The record, or {@link Failure#NOTED}. {@code values} holds {@link Failure#NOTED} for what could not be bound. */
    Object construct(
            RecordSchema schema, List<@Nullable Object> values, Mapping mapping, Location keyLocation, String path) {
        if (values.contains(Failure.NOTED)) {
            List<InvalidSetting> invalid = new ArrayList<>(objections(schema, standIns(schema, values, 0)));
            invalid.retainAll(objections(schema, standIns(schema, values, 1)));
            Set<String> unbound = new HashSet<>();
            for (int i = 0; i < values.size(); i++) {
                if (values.get(i) == Failure.NOTED) {
                    unbound.add(schema.keys().get(i));
                }
            }
            invalid.removeIf(setting -> unbound.contains(setting.key()));
            report(invalid, mapping, keyLocation, path);
            return Failure.NOTED;
        }
        try {
            return schema.construct(values.toArray());
        } catch (InvalidSettingsException e) {
            report(e.settings(), mapping, keyLocation, path);
        } catch (IllegalArgumentException e) {
            problems.add(keyLocation, path, String.valueOf(e.getMessage()));
        }
        return Failure.NOTED;
    }

    private void report(List<InvalidSetting> invalid, Mapping mapping, Location keyLocation, String path) {
        for (InvalidSetting setting : invalid) {
            Entry entry = mapping.entries().get(setting.key());
            problems.expected(
                    entry == null ? keyLocation : entry.value().location(),
                    Variables.below(path, setting.key()),
                    setting.expected(),
                    setting.found());
        }
    }

    private static List<InvalidSetting> objections(RecordSchema schema, @Nullable Object[] values) {
        try {
            schema.construct(values);
            return List.of();
        } catch (InvalidSettingsException e) {
            return e.settings();
        } catch (IllegalArgumentException | NullPointerException e) {
            return List.of(); // It is about a stand-in: what could not be bound has been reported.
        }
    }

    private static @Nullable Object[] standIns(RecordSchema schema, List<@Nullable Object> values, int variant) {
        @Nullable Object[] result = values.toArray();
        for (int i = 0; i < result.length; i++) {
            if (result[i] == Failure.NOTED) {
                SettingSchema setting = schema.settings().get(i);
                result[i] = standIn(setting.type(), variant);
            }
        }
        return result;
    }

    private static @Nullable Object standIn(SettingType type, int variant) {
        return switch (type.kind()) {
            case TEXT -> variant == 0 ? "" : "x";
            case INT -> variant;
            case LONG -> (long) variant;
            case DOUBLE -> variant / 2.0;
            case BOOLEAN -> variant == 1;
            case LIST -> List.of();
            case MAP -> Map.of();
            case ENUM -> type.raw().getEnumConstants()[0];
            case PARSED, RECORD, ONE_OF, WORD_OR_NUMBERS -> null;
        };
    }
}
