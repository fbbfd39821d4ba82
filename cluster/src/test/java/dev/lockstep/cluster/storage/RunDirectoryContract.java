package dev.lockstep.cluster.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lockstep.core.checkpoint.ModelArchive;
import dev.lockstep.core.checkpoint.SavedModel;
import java.io.IOException;
import java.time.Instant;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a run directory does on every file system. */
abstract class RunDirectoryContract {
    @SuppressWarnings("NullAway.Init")
    private RunDirectory run;

    /** The location of a directory that does not exist yet. */
    abstract String newLocation();

    Configuration configuration() {
        return new Configuration();
    }

    @BeforeEach
    void make() throws IOException {
        run = RunDirectory.at(newLocation(), configuration());
        assertThat(run.list()).isEmpty();
        run.probeWritable();
        assertThat(run.list()).isEmpty();
    }

    @Test
    void replacesTextInOneStep() throws IOException {
        assertThat(run.readText("result.json")).isEmpty();
        assertThat(run.exists("result.json")).isFalse();

        run.writeText("result.json", "first");
        run.writeText("result.json", "größer");

        assertThat(run.readText("result.json")).contains("größer");
        assertThat(run.exists("result.json")).isTrue();
        assertThat(run.list()).containsExactly("result.json");
    }

    @Test
    void showsEveryLineAtOnceAndAppendsWhenReopened() throws IOException {
        try (LineWriter lines = run.appendLines("metrics.jsonl")) {
            lines.append("{\"step\":1}");
            assertThat(run.readText("metrics.jsonl")).contains("{\"step\":1}\n");
            lines.append("{\"step\":2}");
            assertThatThrownBy(() -> lines.append("two\nlines")).isInstanceOf(IllegalArgumentException.class);
        }
        try (LineWriter lines = run.appendLines("metrics.jsonl")) {
            lines.append("{\"step\":3}");
            assertThat(run.readText("metrics.jsonl")).contains("{\"step\":1}\n{\"step\":2}\n{\"step\":3}\n");
        }
    }

    @Test
    void showsBytesOfAnInnerDirectoryAtOnceAndAppendsWhenReopened() throws IOException {
        RunDirectory inner = run.directory("tensorboard").directory("train");
        inner.make();
        try (ByteAppender file = inner.appendBytes("events")) {
            file.append(new byte[] {1, 2});
            assertThat(inner.readText("events")).contains("\u0001\u0002");
        }
        try (ByteAppender file = inner.appendBytes("events")) {
            file.append(new byte[] {3});
            assertThat(inner.readText("events")).contains("\u0001\u0002\u0003");
        }
        assertThat(run.list()).containsExactly("tensorboard");
        assertThatThrownBy(() -> run.directory("../outside")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void cutsLinesBackAndDropsAnUnfinishedOne() throws IOException {
        run.writeText("metrics.jsonl", "1\n2\n3\n4");

        assertThat(run.retainLines("metrics.jsonl", line -> Integer.parseInt(line) <= 2))
                .isEqualTo(2);
        assertThat(run.readText("metrics.jsonl")).contains("1\n2\n");
        assertThat(run.retainLines("metrics.jsonl", line -> true)).isZero();
        assertThat(run.retainLines("missing", line -> false)).isZero();
    }

    @Test
    void appendsAfterAnUnfinishedLine() throws IOException {
        run.writeText("metrics.jsonl", "1\n{\"torn");

        try (LineWriter lines = run.appendLines("metrics.jsonl")) {
            lines.append("2");
        }

        assertThat(run.readText("metrics.jsonl")).contains("1\n2\n");
    }

    @Test
    void movesAnOldRunAsideAndKeepsTheLease() throws IOException {
        assertThat(run.moveAside(Instant.EPOCH)).isEmpty();
        run.writeText("result.json", "old");
        run.writeText("lease.json", "{}");
        SavedModel model =
                new SavedModel(3, JsonNodeFactory.instance.objectNode().put("classes", 10), new float[] {1, 2});
        new ModelArchive(run.storage()).write(model, "run", () -> 1);

        String aside = run.moveAside(Instant.EPOCH).orElseThrow();

        assertThat(aside).endsWith(".19700101-000000-000");
        assertThat(run.list()).containsExactly("lease.json");
        RunDirectory old = RunDirectory.at(aside, configuration());
        assertThat(old.readText("result.json")).contains("old");
        assertThat(new ModelArchive(old.storage()).read().parameters()).containsExactly(1, 2);
        assertThat(old.checkpointStorage("checkpoints").list()).isEmpty();
    }

    @Test
    void createsExclusively() throws IOException {
        assertThat(run.files().createExclusively("once", new byte[] {1})).isTrue();
        assertThat(run.files().createExclusively("once", new byte[] {2})).isFalse();
        assertThat(run.files().read("once").orElseThrow()).containsExactly(1);
        assertThat(run.list()).containsExactly("once");
    }

    @Test
    void refusesNamesThatLeadElsewhere() {
        assertThatThrownBy(() -> run.readText("../other")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> run.writeText("a/b", "")).isInstanceOf(IllegalArgumentException.class);
    }
}
