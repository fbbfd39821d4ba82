package dev.lockstep.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.schema.Alternatives;
import dev.lockstep.core.schema.RecordSchema;
import dev.lockstep.core.schema.Setting;
import dev.lockstep.core.schema.SettingSchema;
import dev.lockstep.core.schema.SettingType;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every record that a job file can hold: a new layer, loss or reader is tested by being registered. */
class SchemaTest {
    /** Every record reachable from a job, in a stable order. */
    static Set<Class<? extends Record>> records() {
        Set<Class<? extends Record>> records = new LinkedHashSet<>();
        collect(SettingType.of(JobConfig.class), records, new LinkedHashSet<>());
        return records;
    }

    static Set<Class<?>> families() {
        Set<Class<?>> families = new LinkedHashSet<>();
        collect(SettingType.of(JobConfig.class), new LinkedHashSet<>(), families);
        return families;
    }

    private static void collect(SettingType type, Set<Class<? extends Record>> records, Set<Class<?>> families) {
        switch (type.kind()) {
            case LIST -> collect(Objects.requireNonNull(type.element()), records, families);
            case ONE_OF -> {
                if (families.add(type.raw())) {
                    type.alternatives().byName().values().forEach(each -> collect(each, records, families));
                }
            }
            case RECORD -> collect(type.raw().asSubclass(Record.class), records, families);
            default -> {
                // A single value.
            }
        }
    }

    private static void collect(
            Class<? extends Record> record, Set<Class<? extends Record>> records, Set<Class<?>> families) {
        if (records.add(record)) {
            RecordSchema.of(record).settings().forEach(setting -> collect(setting.type(), records, families));
        }
    }

    @ParameterizedTest
    @MethodSource("records")
    void everyComponentIsDocumentedUnderAKeyOfItsOwn(Class<? extends Record> record) {
        for (RecordComponent component : record.getRecordComponents()) {
            Setting setting = component.getAnnotation(Setting.class);
            assertThat(setting).as("@Setting of %s", component).isNotNull();
            assertThat(setting.value()).as("documentation of %s", component).endsWith(".");
            assertThat(setting.optional() && !setting.byDefault().isEmpty())
                    .as("%s is optional and has a default", component)
                    .isFalse();
            assertThat(setting.optional() && component.getType().isPrimitive())
                    .as("%s is optional but cannot be null", component)
                    .isFalse();
        }
        assertThat(RecordSchema.of(record).keys())
                .doesNotHaveDuplicates()
                .allMatch(key -> key.matches("[a-z][a-z0-9_]*"));
    }

    @ParameterizedTest
    @MethodSource("families")
    void everyAlternativeIsBoundWithItsDefaultsAndWrittenBack(Class<?> family) {
        Alternatives alternatives = Alternatives.of(family);
        assertThat(alternatives.names()).isNotEmpty();
        alternatives.byName().forEach((name, type) -> {
            assertThat(family).as(name).isAssignableFrom(type);
            assertThat(Alternatives.docOf(type)).as(name).endsWith(".");
            Record bound = bind(type, requiredSettings(RecordSchema.of(type)));
            assertThat(bind(type, RecordWriter.toJson(bound).toString())).isEqualTo(bound);
        });
    }

    @Test
    void discriminatorsAreNoSettings() {
        for (Class<?> family : families()) {
            Alternatives alternatives = Alternatives.of(family);
            alternatives.byName().values().forEach(type -> assertThat(
                            RecordSchema.of(type).keys())
                    .doesNotContain(alternatives.discriminator()));
        }
    }

    private static <T extends Record> T bind(Class<T> type, String yaml) {
        Problems problems = new Problems();
        ConfigNode node = Objects.requireNonNull(YamlReader.readFile(yaml, type.getSimpleName(), problems));
        T bound = RecordBinder.bind(type, node, problems);
        problems.throwIfAny();
        return Objects.requireNonNull(bound);
    }

    private static String requiredSettings(RecordSchema schema) {
        return schema.settings().stream()
                .filter(SettingSchema::required)
                .map(setting -> setting.key() + ": " + sample(setting.type()))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String sample(SettingType type) {
        Map<SettingType.Kind, String> samples = Map.of(
                SettingType.Kind.TEXT, "x",
                SettingType.Kind.INT, "1",
                SettingType.Kind.LONG, "1",
                SettingType.Kind.DOUBLE, "0.5",
                SettingType.Kind.BOOLEAN, "true");
        return switch (type.kind()) {
            case ENUM -> type.enumNames().get(0);
            case LIST -> "[" + sample(Objects.requireNonNull(type.element())) + "]";
            case RECORD -> requiredSettings(type.record());
            case ONE_OF -> {
                String name = type.alternatives().names().get(0);
                yield "{" + name + ": "
                        + requiredSettings(
                                Objects.requireNonNull(type.alternatives().schema(name))) + "}";
            }
            default -> Objects.requireNonNull(samples.get(type.kind()), () -> "no sample of " + type);
        };
    }

    @Test
    void allFamiliesAreReached() {
        assertThat(families().stream().map(Class::getSimpleName).collect(Collectors.toList()))
                .containsAll(
                        List.of("DataSpec", "LayerSpec", "InitializerSpec", "LossSpec", "OptimizerSpec", "SyncSpec"));
    }
}
