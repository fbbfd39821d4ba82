package dev.lockstep.spark;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.data.DigitsData;
import dev.lockstep.core.data.IdxData;
import dev.lockstep.core.data.ImageFolderData;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.data.SampleLayout;
import dev.lockstep.spark.drawing.PetPictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * An example of the repository.
 *
 * @param file its job file
 * @param job what it says, with data that is nowhere in the place of {@code LOCKSTEP_DATA} where that is not set
 */
record Lesson(Path file, JobConfig job) {
    private static final Path ROOT = Path.of(System.getProperty("lockstep.root"));
    private static final Path EXAMPLES = ROOT.resolve("examples");
    private static final String OWN_DATA = "examples/data/";
    private static final PetPictures FEW_PETS = new PetPictures(20, 10, 64, 1);

    static List<Lesson> all() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            List<Lesson> lessons = new ArrayList<>();
            for (Path file : files.filter(path -> path.toString().endsWith(".yaml"))
                    .filter(path -> !String.valueOf(path.getFileName()).startsWith("pipeline-"))
                    .sorted()
                    .toList()) {
                lessons.add(of(file));
            }
            return lessons;
        }
    }

    static Lesson named(String name) throws IOException {
        return of(EXAMPLES.resolve(name));
    }

    private static Lesson of(Path file) throws IOException {
        Map<String, String> variables = new HashMap<>(System.getenv());
        variables.putIfAbsent("LOCKSTEP_DATA", "/no/such/folder");
        return new Lesson(file, JobFile.read(Files.readString(file), file.toString(), List.of(), variables));
    }

    String name() {
        return file.getFileName().toString();
    }

    Path root() {
        return ROOT;
    }

    /** Whether its samples are in the repository. */
    boolean bringsItsData() {
        return job.data() instanceof CsvData csv && csv.train().startsWith(OWN_DATA);
    }

    /** Overrides that make paths from the repository's root absolute: a test runs elsewhere. */
    List<String> whereItsDataIs() {
        return whereItsDataIs(PetPictures.BY_DEFAULT);
    }

    /** @param drawn the only pictures of the examples are those that Lockstep draws */
    private List<String> whereItsDataIs(PetPictures drawn) {
        if (job.data() instanceof ImageFolderData) {
            Path pets = Path.of(System.getProperty("java.io.tmpdir"), "pets-" + drawn.trainSamples());
            drawn.writeIfAbsent(pets);
            return List.of("data.train=" + pets.resolve("train"), "data.test=" + pets.resolve("test"));
        }
        if (!bringsItsData()) {
            return List.of();
        }
        CsvData csv = (CsvData) job.data();
        return List.of(
                "data.train=" + root().resolve(csv.train()),
                "data.test=" + root().resolve(Objects.requireNonNull(csv.test())));
    }

    /** The job, its paths absolute. */
    JobConfig jobWithData() {
        return job(whereItsDataIs(FEW_PETS).toArray(String[]::new));
    }

    /** The job with some values replaced. */
    JobConfig job(String... overrides) {
        return JobFile.read(JobFile.toYaml(job), file.toString(), List.of(overrides), Map.of());
    }

    /** Whether its samples are on this machine. */
    boolean hasData() {
        try {
            SampleLayout.of(jobWithData().data(), 1, new Configuration());
            return true;
        } catch (LockstepException absent) {
            if (absent.exitCode() != ExitCode.DATA) {
                throw absent;
            }
            return false;
        }
    }

    /** Overrides for a training that is over at once. */
    List<String> aFewSteps() {
        List<String> overrides = new ArrayList<>(whereItsDataIs(FEW_PETS));
        overrides.add("training.epochs=1");
        return overrides;
    }

    /** Whether its samples are images that lie in one file, or are drawn. */
    boolean isOfImages() {
        return job.data() instanceof IdxData || job.data() instanceof DigitsData;
    }

    @Override
    public String toString() {
        return name();
    }
}
