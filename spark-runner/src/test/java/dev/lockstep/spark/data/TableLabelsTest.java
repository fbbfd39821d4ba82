package dev.lockstep.spark.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.table.LabelForm;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Labels that are words, one-hot columns, several targets, or numbers that count from elsewhere. */
@Tag("spark")
class TableLabelsTest {
    @RegisterExtension
    static final LocalSpark SPARK = new LocalSpark();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private PackedTable pack(String yaml) {
        return PackedTable.pack(SPARK.context(), folder.resolve("packed"), yaml);
    }

    private String refusal(String yaml, ExitCode code) {
        var refused = PackedTable.refusal(SPARK.context(), folder.resolve("refused"), yaml);
        assertThat(refused.exitCode()).as("%s", refused.getMessage()).isEqualTo(code);
        return String.valueOf(refused.getMessage());
    }

    @Test
    void wordsBecomeClassesInAlphabeticalOrder() throws IOException {
        Path train = write("train.csv", "x,y\n1,pear\n2, apple \n3,\"plum\"\n4,apple\n");
        Path test = write("test.csv", "y,x\nplum,5\napple,6\n");
        PackedTable table = pack("{format: csv, train: %s, test: %s, label: y}".formatted(train, test));
        assertThat(table.rows()).containsExactly(List.of(1f, 1f), List.of(2f, 0f), List.of(3f, 2f), List.of(4f, 0f));
        assertThat(table.train().classNames()).containsExactly("apple", "pear", "plum");
        assertThat(table.train().classCounts()).containsExactly(2L, 1L, 1L);
        assertThat(table.testRows()).as("by name, not by place").containsExactly(List.of(5f, 2f), List.of(6f, 0f));
        PackedManifest tested = Objects.requireNonNull(table.data().test());
        assertThat(tested.classNames()).containsExactly("apple", "pear", "plum");
        assertThat(tested.classCounts()).containsExactly(1L, 0L, 1L);
        assertThat(Objects.requireNonNull(table.train().table()).labelForm()).isEqualTo(LabelForm.CLASS_NAMES);
    }

    @Test
    void aWordThatTrainingDidNotHaveIsToldWithFileAndLine() throws IOException {
        Path train = write("train.csv", "x,y\n1,pear\n2,apple\n");
        Path test = write("test.csv", "x,y\n5,apple\n6,fig\n");
        assertThat(refusal("{format: csv, train: %s, test: %s, label: y}".formatted(train, test), ExitCode.DATA))
                .contains("test.csv line 3: column \"y\": \"fig\" is none of the classes apple, pear");
    }

    @Test
    void aWordAmongNumbersIsAMistakeUnlessTheJobNamesTheClasses() throws IOException {
        Path file = write("in.csv", "x,y\n1,3\n2,4a\n3,3\n4,5\n");
        assertThat(refusal("{format: csv, train: %s, label: y}".formatted(file), ExitCode.DATA))
                .contains("in.csv line 3: column \"y\": \"4a\" is not a number");
        PackedTable table = pack("{format: csv, train: %s, label: y, class_names: ['3', 4a, '5']}".formatted(file));
        assertThat(table.rows()).containsExactly(List.of(1f, 0f), List.of(2f, 1f), List.of(3f, 0f), List.of(4f, 2f));
        assertThat(table.train().classCounts()).containsExactly(2L, 1L, 1L);
        assertThat(refusal("{format: csv, train: %s, label: y, class_names: ['3', 4a]}".formatted(file), ExitCode.DATA))
                .contains("in.csv line 5: column \"y\": \"5\" is none of the classes 3, 4a");
    }

    @Test
    void namesAndAnOffsetOfNumberedClasses() throws IOException {
        Path file = write("in.csv", "x,y\n1,1\n2,3\n3,2\n");
        String data = "{format: csv, train: %s, label: y, label_offset: 1, class_names: [a, b, c]}".formatted(file);
        PackedTable table = pack(data);
        assertThat(table.rows()).containsExactly(List.of(1f, 0f), List.of(2f, 2f), List.of(3f, 1f));
        assertThat(table.train().classNames()).containsExactly("a", "b", "c");
        assertThat(refusal(data.replace("[a, b, c]", "[a, b]"), ExitCode.DATA))
                .isEqualTo("data.class_names: 2 names, and there is a label 3; expected a name for every class, from 1"
                        + " on");
        Path targets = write("targets.csv", "x,y\n1,1.5\n2,3\n");
        assertThat(refusal(
                        "{format: csv, train: %s, label: y, class_names: [a, b]}".formatted(targets), ExitCode.USAGE))
                .startsWith("data.class_names: the labels in column \"y\" are no class numbers");
    }

    @Test
    void oneHotColumnsAreClasses() throws IOException {
        Path file = write("in.csv", "a,x,b,c\n0,1,0,1\n1,2,0,0\n0,3,0,1\n");
        PackedTable table = pack("{format: csv, train: %s, label: [a, b, c]}".formatted(file));
        assertThat(table.rows()).containsExactly(List.of(1f, 2f), List.of(2f, 0f), List.of(3f, 2f));
        assertThat(table.train().classNames()).containsExactly("a", "b", "c");
        assertThat(table.train().classCounts()).containsExactly(1L, 0L, 2L);
        Path test = write("test.csv", "a,b,c,x\n1,1,0,9\n");
        assertThat(refusal("{format: csv, train: %s, test: %s, label: [a, b, c]}".formatted(file, test), ExitCode.DATA))
                .contains("test.csv line 2: columns a, b, c: expected a 1 among zeros");
    }

    @Test
    void severalColumnsThatAreNotOneHotAreTargets() throws IOException {
        Path file = write("in.csv", "x,a,b\n1,0.5,2\n2,-1,0\n");
        PackedTable table = pack("{format: csv, train: %s, label: [b, a]}".formatted(file));
        assertThat(table.train().labelWidth()).isEqualTo(2);
        assertThat(table.train().classCounts()).isNull();
        assertThat(table.rows()).containsExactly(List.of(1f, 2f, 0.5f), List.of(2f, 0f, -1f));
    }
}
