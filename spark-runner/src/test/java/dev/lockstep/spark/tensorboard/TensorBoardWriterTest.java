package dev.lockstep.spark.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.logging.RecordedLog;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.framework.DataType;
import org.tensorflow.framework.HistogramProto;

class TensorBoardWriterTest {
    private static final int BLACK = 0xff000000;

    private final Path directory;
    private final RunDirectory run;

    TensorBoardWriterTest(@TempDir Path directory) {
        this.directory = directory;
        this.run = RunDirectory.at(directory.toString(), new Configuration());
    }

    private static JobConfig job(String... overrides) {
        return JobFile.read(
                """
                name: tiny
                data: {format: digits}
                model: {layers: [flatten, {dense: {units: 10, activation: softmax}}]}
                training: {loss: sparse_categorical_crossentropy}
                cluster: {spark: {spark.authenticate.secret: canary}}
                """,
                "tiny.yaml",
                List.of(overrides),
                Map.of());
    }

    private static ObjectNode event(String json) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(json.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static ObjectNode epoch(int number) {
        return event("{'event':'epoch','epoch':" + number + ",'epochs':9,'step':" + 10 * number
                + ",'steps_per_epoch':10,'loss':0." + number + ",'accuracy':0.5,'learning_rate':0.001,"
                + "'samples_per_second':null,'val_loss':1." + number + ",'phase_seconds':{'data':1},"
                + "'time':'2026-11-21T18:00:0" + number + "Z'}");
    }

    private void write(List<ObjectNode> kept, ObjectNode... events) {
        try (TensorBoardWriter writer = TensorBoardWriter.open(run, job(), kept)) {
            Arrays.stream(events).forEach(writer::accept);
        }
    }

    private List<RecordedEvent> events(String folder) throws IOException {
        return RecordedEvent.inFolder(directory.resolve("tensorboard").resolve(folder));
    }

    @Test
    void figuresOfEpochsAreNamedAsKerasNamesThem() throws IOException {
        write(List.of(), epoch(1), epoch(2));

        List<RecordedEvent> training = events("train");
        assertThat(training).extracting(RecordedEvent::step).containsExactly(0L, 0L, 1L, 2L);
        assertThat(training.get(0).fileVersion()).isEqualTo("brain.Event:2");
        RecordedEvent second = training.get(3);
        assertThat(second.tags()).containsExactly("epoch_loss", "epoch_accuracy", "epoch_learning_rate");
        assertThat(second.figure("epoch_loss")).isEqualTo(0.2f);
        assertThat(second.wallTime())
                .isEqualTo(java.time.Instant.parse("2026-11-21T18:00:02Z").getEpochSecond());
        List<RecordedEvent> validation = events("validation");
        assertThat(validation).extracting(RecordedEvent::step).containsExactly(0L, 1L, 2L);
        assertThat(validation.get(1).tags()).containsExactly("epoch_loss");
        assertThat(validation.get(1).figure("epoch_loss")).isEqualTo(1.1f);
        assertThat(directory.resolve("tensorboard/test")).doesNotExist();
    }

    /** What every event file begins with: the length 24 and its masked checksum. */
    @Test
    void aFileBeginsAsThoseOfTensorFlowDo() throws IOException {
        write(List.of(), epoch(1));

        try (var files = Files.list(directory.resolve("tensorboard/train"))) {
            Path file = files.findFirst().orElseThrow();
            assertThat(file.getFileName().toString()).matches("events\\.out\\.tfevents\\.\\d{10}\\.lockstep\\.0000");
            assertThat(Arrays.copyOf(Files.readAllBytes(file), 13))
                    .isEqualTo(new byte[] {24, 0, 0, 0, 0, 0, 0, 0, (byte) 0xa3, 0x7f, 0x4b, 0x22, 9});
        }
    }

    @Test
    void theJobIsATextWithoutItsSecrets() throws IOException {
        write(List.of(), epoch(1));

        var text = events("train").get(1).value("job");
        assertThat(text.getMetadata().getPluginData().getPluginName()).isEqualTo("text");
        assertThat(text.getTensor().getDtype()).isEqualTo(DataType.DT_STRING);
        assertThat(text.getTensor().getStringVal(0).toStringUtf8())
                .contains("    name: tiny", "units: 10")
                .doesNotContain("canary");
    }

    @Test
    void histogramsKeepTheirCounts() throws IOException {
        write(
                List.of(),
                event("{'event':'histograms','epoch':3,'layers':[{'layer':'dense','kind':'gradients','name':'kernel',"
                        + "'count':4,'minimum':-1,'maximum':2,'mean':0.5,'standard_deviation':1.5,'norm':3,"
                        + "'edges':[-1,0,1,2],'counts':[1,0,3]},{'layer':'dense','kind':'activations','name':'output',"
                        + "'count':0,'minimum':0,'maximum':0,'mean':0,'norm':0,'edges':[],'counts':[]}]}"));

        RecordedEvent told = events("train").get(2);
        assertThat(told.step()).isEqualTo(3);
        assertThat(told.tags())
                .containsExactly("dense/kernel/gradients", "gradient_norm/dense/kernel", "dense/output/activations");
        HistogramProto histogram = told.value("dense/kernel/gradients").getHisto();
        assertThat(histogram.getBucketLimitList()).containsExactly(0.0, 1.0, 2.0);
        assertThat(histogram.getBucketList()).containsExactly(1.0, 0.0, 3.0);
        assertThat(histogram.getNum()).isEqualTo(4);
        assertThat(histogram.getMin()).isEqualTo(-1);
        assertThat(histogram.getSum()).isEqualTo(2);
        assertThat(histogram.getSumSquares()).isEqualTo(9);
        assertThat(told.figure("gradient_norm/dense/kernel")).isEqualTo(3);
    }

    @Test
    void theConfusionMatrixIsAPicture() throws IOException {
        write(
                List.of(),
                event("{'event':'test','epoch':4,'loss':0.25,'accuracy':0.9,'samples':40,'baseline':{'loss':2},"
                        + "'confusion_matrix':[[10,0,0],[0,8,2],[5,5,10]]}"));

        List<RecordedEvent> test = events("test");
        assertThat(test.get(1).tags()).containsExactly("epoch_loss", "epoch_accuracy");
        assertThat(test.get(1).figure("epoch_loss")).isEqualTo(0.25f);
        BufferedImage image = test.get(2).image("confusion_matrix");
        // 26 of margin, then cells of 44: a corner of each is free of digits.
        int inFirstCell = 26 + 3;
        assertThat(image.getRGB(inFirstCell, inFirstCell)).isEqualTo(0xff08306b);
        assertThat(image.getRGB(inFirstCell + 44, inFirstCell)).isEqualTo(0xffffffff);
        assertThat(image.getRGB(13, 26 + 22))
                .as("the 0 of the first row, hollow")
                .isEqualTo(0xffffffff);
        assertThat(image.getRGB(13 - 3, 26 + 22)).isEqualTo(BLACK);
    }

    @Test
    void samplesThatAreImagesAreShownInFrames() throws IOException {
        String pixels = Base64.getEncoder().encodeToString(new byte[] {0, 51, 102, (byte) 255});
        write(
                List.of(),
                event("{'event':'samples','epoch':4,'role':'test','shape':[2,2],'chosen':[{'index':0,'actual':3,"
                        + "'predicted':3,'pixels':'" + pixels + "'},{'index':1,'actual':3,'predicted':5,'pixels':'"
                        + pixels + "'}],'worst':[{'index':7,'actual':1,'predicted':2,'pixels':'too few'}]}"));

        RecordedEvent told = events("test").get(1);
        assertThat(events("test")).hasSize(2);
        BufferedImage image = told.image("samples/chosen");
        // Frames begin at 6 and 6 + 64 + 6 + 6; a pixel is 32 wide.
        assertThat(image.getRGB(6, 6)).as("right").isEqualTo(0xff2e7d32);
        assertThat(image.getRGB(6 + 76, 6)).as("wrong").isEqualTo(0xffc62828);
        assertThat(image.getRGB(9 + 40, 9)).isEqualTo(0xff333333);
        assertThat(image.getRGB(9 + 40, 9 + 40)).isEqualTo(0xffffffff);
    }

    @Test
    void aResumedRunAddsAFileAndTakesBackWhatNoLongerCounts() throws IOException {
        write(List.of(), epoch(1), epoch(2), epoch(3));
        write(List.of(epoch(1), epoch(2)), epoch(3));

        List<RecordedEvent> training = events("train");
        assertThat(training).extracting(RecordedEvent::step).containsExactly(0L, 0L, 1L, 2L, 3L, 0L, 3L, 3L);
        RecordedEvent restart = training.get(6);
        assertThat(restart.sessionStatus()).isEqualTo(1);
        assertThat(restart.values()).isEmpty();
        assertThat(events("validation").get(5).sessionStatus()).isEqualTo(1);
    }

    @Test
    void whatWasKeptIsToldWhereNothingWasWrittenYet() throws IOException {
        write(List.of(epoch(1), epoch(2)), epoch(3));

        assertThat(events("train")).extracting(RecordedEvent::step).containsExactly(0L, 0L, 1L, 2L, 3L);
    }

    @Test
    void aJobMayDoWithout() throws IOException {
        try (TensorBoardWriter writer = TensorBoardWriter.open(run, job("tensorboard.enabled=false"), List.of())) {
            writer.accept(epoch(1));
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void troubleIsToldOnceAndFailsNothing() throws IOException {
        Files.writeString(directory.resolve("tensorboard"), "in the way");
        try (RecordedLog log = new RecordedLog(TensorBoardWriter.class.getName(), Level.INFO)) {
            write(List.of(), epoch(1), epoch(2));
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .contains("Nothing is written for TensorBoard", "tensorboard");
        }
    }
}
