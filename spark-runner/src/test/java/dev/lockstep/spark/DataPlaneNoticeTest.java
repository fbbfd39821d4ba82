package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.core.logging.RecordedLog;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class DataPlaneNoticeTest {
    private static List<String> told(Level least, String master, boolean encrypted) {
        try (RecordedLog log = new RecordedLog(Memberships.class.getName(), least)) {
            Memberships.tellConfidentiality(new SparkConf(false)
                    .set("spark.master", master)
                    .set("spark.network.crypto.enabled", String.valueOf(encrypted)));
            return log.messages();
        }
    }

    @Test
    void inClearIsAWarningThatSaysWhatEncrypts() {
        assertThat(told(Level.WARN, "spark://host:7077", false))
                .singleElement()
                .asString()
                .startsWith("Data plane: in clear.")
                .contains("spark.authenticate=true", "spark.network.crypto.enabled=true")
                .doesNotContain("\n");
    }

    @Test
    void encryptedIsALineOfTheLog() {
        assertThat(told(Level.INFO, "yarn", true)).singleElement().asString().startsWith("Data plane: encrypted");
        assertThat(told(Level.WARN, "yarn", true)).isEmpty();
    }

    @Test
    void withinOneProcessThereIsNoDataPlane() {
        assertThat(told(Level.INFO, "local[2]", false)).isEmpty();
    }
}
