package dev.lockstep.cluster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.checkpoint.RetryPolicy;
import dev.lockstep.core.logging.RecordedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatientLineWriterTest {
    private static final RetryPolicy NONE = new RetryPolicy(Duration.ZERO, Duration.ZERO, Duration.ZERO, 1);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private FlakyRunFiles files;

    @SuppressWarnings("NullAway.Init")
    private RunDirectory run;

    @BeforeEach
    void open() {
        files = new FlakyRunFiles(new LocalRunFiles(directory));
        run = new RunDirectory("run", new Configuration(), files);
    }

    private String text() throws IOException {
        return Files.readString(directory.resolve("metrics.jsonl"));
    }

    @Test
    void linesOfAnOutageFollowInOrder() throws IOException {
        try (RecordedLog log = new RecordedLog(PatientLineWriter.class);
                PatientLineWriter lines = PatientLineWriter.open(run, "metrics.jsonl", NONE)) {
            lines.append("1");
            assertThat(text()).isEqualTo("1\n");
            files.goAway();
            lines.append("2");
            lines.append("3");
            assertThat(text()).isEqualTo("1\n");
            files.comeBack();
            lines.append("4");
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .contains("metrics.jsonl", "cannot be written for now");
        }
        assertThat(text()).isEqualTo("1\n2\n3\n4\n");
    }

    @Test
    void aLineWhoseAnswerWasLostIsNotWrittenTwice() throws IOException {
        try (PatientLineWriter lines = PatientLineWriter.open(run, "metrics.jsonl", NONE)) {
            lines.append("1");
            files.loseAnswers();
            lines.append("2");
            files.comeBack();
            lines.append("3");
        }
        assertThat(text()).isEqualTo("1\n2\n3\n");
    }

    @Test
    void halfALineIsReplacedByTheWhole() throws IOException {
        try (PatientLineWriter lines = PatientLineWriter.open(run, "metrics.jsonl", NONE)) {
            lines.append("1");
            files.goAway();
            lines.append("second");
            Files.writeString(directory.resolve("metrics.jsonl"), "1\nsec");
            files.comeBack();
        }
        assertThat(text()).isEqualTo("1\nsecond\n");
    }

    @Test
    void whatIsLostInTheEndIsTold() throws IOException {
        try (RecordedLog log = new RecordedLog(PatientLineWriter.class)) {
            try (PatientLineWriter lines = PatientLineWriter.open(run, "metrics.jsonl", NONE)) {
                files.goAway();
                lines.append("1");
                lines.append("2");
            }
            assertThat(log.messages()).hasSize(2).last().asString().contains("lacks its last 2 lines", "away");
        }
    }

    @Test
    void aFileThatCannotBeOpenedAtTheStartIsAFailure() {
        files.goAway();
        assertThatThrownBy(() -> PatientLineWriter.open(run, "metrics.jsonl", NONE))
                .isInstanceOf(IOException.class);
    }
}
