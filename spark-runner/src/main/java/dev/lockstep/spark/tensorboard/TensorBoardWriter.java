package dev.lockstep.spark.tensorboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.config.KeptJob;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.framework.Summary;

/**
 * Writes what a run tells for TensorBoard, into {@code tensorboard/} of the run directory: a folder each for training,
 * validation and test, so that their curves share a chart. A step of TensorBoard's is an epoch, from 1.
 *
 * <p>Never fails the training: trouble with the files is told once, and what could not be written follows when it can be.
 */
public final class TensorBoardWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TensorBoardWriter.class);
    private static final String DIRECTORY = "tensorboard";

    private final RunDirectory directory;
    private final EventFolder training;
    private final EventFolder validation;
    private final EventFolder test;
    private boolean writes;
    private boolean troubleTold;

    private TensorBoardWriter(RunDirectory run, boolean writes, long firstEpoch) {
        this.directory = run.directory(DIRECTORY);
        this.training = new EventFolder(directory.directory("train"), firstEpoch);
        this.validation = new EventFolder(directory.directory("validation"), firstEpoch);
        this.test = new EventFolder(directory.directory("test"), firstEpoch);
        this.writes = writes;
    }

    /**
     * A writer for a run; one that writes nothing where the job wants none.
     *
     * @param kept the events of earlier processes of this run that still count
     */
    public static TensorBoardWriter open(RunDirectory run, JobConfig job, List<ObjectNode> kept) {
        long lastEpoch = kept.stream()
                .filter(event -> event.path("event").asText().equals("epoch"))
                .mapToLong(event -> event.path("epoch").asLong())
                .max()
                .orElse(0);
        TensorBoardWriter writer = new TensorBoardWriter(run, job.tensorboard().enabled(), lastEpoch + 1);
        writer.safely(() -> writer.begin(job, kept));
        return writer;
    }

    /** Events of earlier processes are told again only where these wrote nothing for TensorBoard. */
    private void begin(JobConfig job, List<ObjectNode> kept) throws IOException {
        directory.make();
        if (training.isEmpty()) {
            String yaml = JobFile.toRedactedYaml(job);
            // Indented by four it is code in Markdown.
            training.write(Instant.now(), 0, Summaries.text("job", yaml.indent(4)));
            for (ObjectNode event : kept) {
                write(event);
            }
        }
    }

    /** Takes an event of the run; those that TensorBoard has no use for are passed over. */
    public synchronized void accept(ObjectNode event) {
        safely(() -> write(event));
    }

    private void write(ObjectNode event) throws IOException {
        long epoch = event.path("epoch").asLong();
        Instant time = time(event);
        switch (event.path("event").asText()) {
            case "epoch" -> {
                writeUnlessEmpty(training, time, epoch, Summaries.training(event));
                writeUnlessEmpty(validation, time, epoch, Summaries.validation(event));
            }
            case "histograms" -> writeUnlessEmpty(training, time, epoch, Summaries.histograms(event));
            case "test" -> {
                writeUnlessEmpty(test, time, epoch, Summaries.training(event));
                writePicture(test, time, epoch, "confusion_matrix", confusionMatrix(event));
            }
            case "samples" -> {
                EventFolder folder = event.path("role").asText().equals("validation") ? validation : test;
                JsonNode shape = event.path("shape");
                writePicture(folder, time, epoch, "samples/chosen", SamplesPicture.of(shape, event.path("chosen")));
                writePicture(folder, time, epoch, "samples/worst", SamplesPicture.of(shape, event.path("worst")));
            }
            default -> {
                // Nothing that TensorBoard shows.
            }
        }
    }

    private static Optional<Picture> confusionMatrix(ObjectNode test) {
        return ConfusionMatrixPicture.of(test.path("confusion_matrix"));
    }

    private static void writePicture(
            EventFolder folder, Instant time, long epoch, String tag, Optional<Picture> picture) throws IOException {
        if (picture.isPresent()) {
            folder.write(time, epoch, Summaries.image(tag, picture.get()));
        }
    }

    private static void writeUnlessEmpty(EventFolder folder, Instant time, long epoch, Summary summary)
            throws IOException {
        if (summary.getValueCount() > 0) {
            folder.write(time, epoch, summary);
        }
    }

    private static Instant time(ObjectNode event) {
        try {
            return Instant.parse(event.path("time").asText());
        } catch (DateTimeException e) {
            return Instant.now();
        }
    }

    private interface Action {
        void run() throws IOException;
    }

    /** Linkage errors too: a Java without its desktop libraries draws no pictures. */
    private void safely(Action action) {
        if (!writes) {
            return;
        }
        try {
            action.run();
        } catch (IOException e) {
            if (!troubleTold) {
                troubleTold = true;
                LOG.warn(
                        "Nothing is written for TensorBoard to {} for now; it follows when it can be: {}",
                        directory.location(),
                        e.toString());
            }
            LOG.debug("Writing for TensorBoard", e);
        } catch (RuntimeException | LinkageError e) {
            writes = false;
            LOG.warn(
                    "Nothing more is written for TensorBoard to {}: {}",
                    KeptJob.masked(directory.location()),
                    KeptJob.masked(e.toString()));
            LOG.debug("Writing for TensorBoard", e);
        }
    }

    @Override
    public synchronized void close() {
        for (EventFolder folder : List.of(training, validation, test)) {
            try {
                folder.close();
            } catch (IOException | RuntimeException e) {
                LOG.debug("Closing the event file in {}", directory.location(), e);
            }
        }
    }
}
