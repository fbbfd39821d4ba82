package dev.lockstep.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The committed reference is the one that the records give. */
class JobFileReferenceTest {
    private static final String COMMAND = "./mvnw -pl core test -Dtest=JobFileReferenceTest -Dlockstep.regenerate=true";

    @Test
    void committedReferenceIsWhatTheRecordsSay() throws IOException {
        Path file = Path.of(System.getProperty("lockstep.root"), "docs", "job-file.md");
        if (Boolean.getBoolean("lockstep.regenerate")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, JobFileReference.markdown());
        }
        assertThat(file)
                .as("docs/job-file.md differs from what the records say; regenerate it: %s", COMMAND)
                .isRegularFile()
                .hasContent(JobFileReference.markdown());
    }

    @Test
    void annotatedExampleIsAJobFile() {
        String markdown = JobFileReference.markdown();
        int start = markdown.indexOf("```yaml\n") + "```yaml\n".length();
        String example = markdown.substring(start, markdown.indexOf("```\n", start));
        JobConfig job = JobFile.read(example, "docs/job-file.md", List.of(), Map.of());
        assertThat(JobFile.read(JobFile.toYaml(job), "job.yaml", List.of(), Map.of()))
                .isEqualTo(job);
        assertThat(job.name()).isEqualTo("fashion-mnist");
    }
}
