package dev.lockstep.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.schema.Checks;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.OneOf;
import dev.lockstep.core.schema.RecordSchema;
import dev.lockstep.core.schema.Setting;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The binder on records made for the purpose: it knows nothing of jobs. */
class RecordBinderTest {
    @OneOf({Circle.class, Square.class})
    interface Figure {}

    @Named(value = "circle", doc = "Round.")
    record Circle(@Setting("Radius.") double radius) implements Figure {
        Circle {
            if (radius > 100) {
                throw new IllegalArgumentException("a circle of radius " + radius + " does not fit the page");
            }
        }
    }

    @Named(value = "square", doc = "Four corners.")
    record Square(@Setting(value = "Side.", byDefault = "1") double side) implements Figure {}

    enum Colour {
        DARK_RED,
        BLUE
    }

    record Range(
            @Setting(value = "Low end.", byDefault = "0") int low,
            @Setting(value = "High end.", key = "to", byDefault = "10") int high) {
        Range {
            new Checks()
                    .that("to", high > low, "a number above low " + low, high)
                    .done();
        }
    }

    record Page(
            @Setting("Figures.") List<Figure> figures,
            @Setting(value = "Colours.", byDefault = "[dark_red]") List<Colour> colours,
            @Setting(value = "Rows of numbers.", byDefault = "[]") List<List<Integer>> rows,
            @Setting(value = "Range.", byDefault = "{}") Range range,
            @Setting(value = "Largest.", optional = true) @Nullable Long largest,
            @Setting(value = "Wide or not.", optional = true) @Nullable Boolean wide,
            @Setting(value = "Notes.", byDefault = "{}") Map<String, String> notes) {}

    @Test
    void everyKindOfSetting() {
        Page page = bind(
                """
                figures: [square, circle: {radius: 2}, {square: {side: 1e-1}}, square: ]
                colours: [blue, dark_red]
                rows: [[1, 2], []]
                range: {low: 3}
                largest: 9007199254740993
                notes: {a: 1, b.c: true, d: 'x'}
                """);
        assertThat(page)
                .isEqualTo(new Page(
                        List.of(new Square(1), new Circle(2), new Square(0.1), new Square(1)),
                        List.of(Colour.BLUE, Colour.DARK_RED),
                        List.of(List.of(1, 2), List.of()),
                        new Range(3, 10),
                        9007199254740993L,
                        null,
                        Map.of("a", "1", "b.c", "true", "d", "x")));
        assertThat(bind(YamlWriter.document(RecordWriter.toJson(page)))).isEqualTo(page);
    }

    @Test
    void objectionsOfConstructorsHaveTheRightLine() {
        assertThatThrownBy(() -> bind("figures:\n  - square\n  - circle:\n      radius: 101\nrange:\n  low: 12\n"))
                .isInstanceOf(LockstepException.class)
                .hasMessage("page.yaml:3: figures.1.circle: a circle of radius 101.0 does not fit the page\n"
                        + "page.yaml:5: range.to: expected a number above low 12, found 10");
    }

    @Test
    void problemsInListsNameTheElement() {
        assertThatThrownBy(() -> bind("figures: [square]\nrows:\n  - [1, 2]\n  - [3, x]\ncolours: [dark-red]\n"))
                .hasMessage("page.yaml:4: rows.1.1: expected a whole number, found \"x\"\n"
                        + "page.yaml:5: colours.0: expected one of dark_red, blue, found \"dark-red\";"
                        + " did you mean \"dark_red\"?");
    }

    @Test
    void undocumentedComponentsAreRefused() {
        record Bare(int number) {}
        assertThatThrownBy(() -> RecordSchema.of(Bare.class)).hasMessageContaining("lacks @Setting");
    }

    private static Page bind(String yaml) {
        Problems problems = new Problems();
        ConfigNode node = Objects.requireNonNull(YamlReader.readFile(yaml, "page.yaml", problems));
        Page page = RecordBinder.bind(Page.class, node, problems);
        problems.throwIfAny();
        return Objects.requireNonNull(page);
    }
}
