package dev.lockstep.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.core.error.LockstepException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class KeptJobTest {
    private static final String JOB =
            """
            name: kept
            data: {format: csv, train: 'hdfs://namenode:8020/data/a@b.csv', label: y}
            model: {layers: [dense: {units: 1}]}
            training: {loss: mse, optimizer: sgd, batch_size: 8, epochs: 1}
            """;
    private static final Map<String, String> ENVIRONMENT =
            Map.of("STORE_PASSWORD", "canary-of-the-store", "KEY_ID", "canary-id", "PWD", "/home/someone");

    private static JobConfig job(String... overrides) {
        return JobFile.read(JOB, "job.yaml", List.of(overrides), ENVIRONMENT);
    }

    private static JobConfig secretive() {
        return job(
                "cluster.spark.spark.authenticate.secret=canary1",
                "cluster.spark.spark.hadoop.fs.s3a.secret.key=${STORE_PASSWORD}",
                "cluster.spark.spark.hadoop.fs.azure.account.key.some.blob=canary2",
                "cluster.spark.spark.hadoop.fs.azure.sas.box.account=?sv=1&sig=canary3",
                "cluster.spark.spark.driver.extraJavaOptions=-Dstore.password=canary4 -Dshown=yes",
                "cluster.spark.spark.some.setting=before ${STORE_PASSWORD} after",
                "cluster.spark.spark.executor.memory=2g",
                "checkpoint.directory=ftp://${KEY_ID}:can/ary5@shown/models",
                "data.validation.split=0.2");
    }

    @Test
    void whatIsKeptHasReferencesInThePlaceOfSecretsAndEverythingElse() {
        String yaml = KeptJob.yaml(secretive(), ENVIRONMENT);
        assertThat(yaml)
                .doesNotContain("canary", "ary5")
                .contains(
                        "spark.authenticate.secret: '${HIDDEN_SPARK_AUTHENTICATE_SECRET}'",
                        "spark.hadoop.fs.s3a.secret.key: '${STORE_PASSWORD}'",
                        "-Dstore.password=${HIDDEN_SPARK_DRIVER_EXTRAJAVAOPTIONS_DSTORE_PASSWORD} -Dshown=yes",
                        "spark.some.setting: before ${STORE_PASSWORD} after",
                        "spark.executor.memory: 2g",
                        "ftp://${KEY_ID}:${HIDDEN_CHECKPOINT_DIRECTORY_PASSWORD}@shown/models",
                        "hdfs://namenode:8020/data/a@b.csv");
        assertThat(KeptJob.json(secretive(), ENVIRONMENT).toString()).doesNotContain("canary", "ary5");
    }

    @Test
    void whatWasKeptIsKeptAsItIs() {
        JobConfig kept = JobFile.fromJson(KeptJob.json(secretive(), ENVIRONMENT).toString());
        assertThat(KeptJob.json(kept, Map.of())).isEqualTo(KeptJob.json(secretive(), ENVIRONMENT));
        String yaml = KeptJob.yaml(secretive(), ENVIRONMENT);
        assertThat(KeptJob.yaml(KeptJob.read(yaml, "job.yaml", Map.of()), Map.of()))
                .isEqualTo(yaml);
    }

    @Test
    void asAJobFileItAsksForWhatIsMissingAndIsTheJobWhereItIsSet() {
        String yaml = KeptJob.yaml(job("cluster.spark.spark.authenticate.secret=canary1"), Map.of());
        assertThatThrownBy(() -> JobFile.read(yaml, "job.yaml", List.of(), Map.of()))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("cluster.spark.spark.authenticate.secret")
                .hasMessageContaining("HIDDEN_SPARK_AUTHENTICATE_SECRET to be set");
        JobConfig again =
                JobFile.read(yaml, "job.yaml", List.of(), Map.of("HIDDEN_SPARK_AUTHENTICATE_SECRET", "canary1"));
        assertThat(again).isEqualTo(job("cluster.spark.spark.authenticate.secret=canary1"));
    }

    @Test
    void anotherSecretIsNoOtherJobAndAnotherPlaceIs() {
        JobConfig first = job("data.train=ftp://me:canary1@host/a.csv");
        JobConfig otherSecret = job("data.train=ftp://me:canary2@host/a.csv");
        JobConfig otherPlace = job("data.train=ftp://me:canary1@host/b.csv");
        assertThat(KeptJob.comparable(first, Map.of())).isEqualTo(KeptJob.comparable(otherSecret, Map.of()));
        assertThat(KeptJob.comparable(first, Map.of())).isNotEqualTo(KeptJob.comparable(otherPlace, Map.of()));
        JobConfig kept = KeptJob.read(KeptJob.yaml(secretive(), ENVIRONMENT), "job.yaml", ENVIRONMENT);
        assertThat(KeptJob.comparable(kept, ENVIRONMENT)).isEqualTo(KeptJob.comparable(secretive(), ENVIRONMENT));
        JobConfig keptElsewhere = KeptJob.read(KeptJob.yaml(secretive(), Map.of()), "job.yaml", Map.of());
        assertThat(KeptJob.comparable(keptElsewhere, Map.of())).isEqualTo(KeptJob.comparable(secretive(), Map.of()));
    }

    @Test
    void sparkSettingsThatAreNotKnownAreLeftToSparkItself() {
        JobConfig kept = KeptJob.read(KeptJob.yaml(secretive(), ENVIRONMENT), "job.yaml", Map.of());
        assertThat(KeptJob.usable(kept, Map.of()).cluster().spark()).containsOnlyKeys("spark.executor.memory");
        assertThat(KeptJob.usable(kept, ENVIRONMENT).cluster().spark())
                .containsOnlyKeys("spark.executor.memory", "spark.hadoop.fs.s3a.secret.key", "spark.some.setting");
    }

    @Test
    void literalReferencesAreStillEscaped() {
        JobConfig job = job("data.train=/data/$${literal}.csv");
        assertThat(KeptJob.yaml(job, Map.of())).contains("/data/$${literal}.csv");
        assertThat(JobFile.read(KeptJob.yaml(job, Map.of()), "job.yaml", List.of(), Map.of()))
                .isEqualTo(job);
    }

    @Test
    void messagesLoseTheirSecretsAndNothingElse() {
        assertThat(KeptJob.masked("abfss://box@account/x is missing; ftp://me:canary@host/y too, hdfs://n:8020/a@b"))
                .isEqualTo("abfss://box@account/x is missing; ftp://***:***@host/y too, hdfs://n:8020/a@b");
        assertThat(KeptJob.masked("https://host/a.csv?sv=2&sig=canary&x=1"))
                .isEqualTo("https://host/a.csv?sv=2&sig=***&x=1");
        EnvironmentSecrets known = new EnvironmentSecrets(ENVIRONMENT);
        assertThat(Redaction.of("refused: canary-of-the-store in /home/someone", known))
                .isEqualTo("refused: *** in /home/someone");
    }

    /** Pictures are Base64: of black ones all letters are alike. Looking at each letter anew would take hours. */
    @Test
    @Timeout(20)
    void aLongWordIsLookedAtOnce() {
        String black = "A".repeat(4_000_000);
        assertThat(Redaction.of(black)).isEqualTo(black);
        assertThat(KeptJob.masked(black)).isEqualTo(black);
    }
}
