package dev.lockstep.spark.data;

import dev.lockstep.core.config.KeptJob;
import dev.lockstep.core.data.DataSpec;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.PackedPart;
import dev.lockstep.core.data.SamplePart;
import dev.lockstep.core.data.SplitPlan;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The packed samples of a run.
 *
 * @param directory that holds {@code train/} and {@code test/}
 * @param train what training and validation are split from
 * @param test what is evaluated at the end, or null
 */
public record PreparedData(Path directory, PackedManifest train, @Nullable PackedManifest test) {
    private static final Logger LOG = LoggerFactory.getLogger(PreparedData.class);
    private static final String MANIFEST = "manifest.json";

    /**
     * Packs what is not packed yet, in parallel on the executors.
     *
     * @param directory where packed parts are kept; every worker must be able to open it
     * @param parts how many parts to aim at
     */
    public static PreparedData prepare(JavaSparkContext spark, DataSpec data, Path directory, int parts) {
        return prepare(spark, data, directory, parts, true);
    }

    /** The same, of samples that are not split by a seed. */
    static PreparedData prepare(JavaSparkContext spark, DataSpec data, Path directory, int parts, boolean mayChange) {
        return prepare(spark, data, 0, directory, parts, mayChange);
    }

    /**
     * The same for a run that may be under way.
     *
     * @param seed of the job, by which training samples are split
     * @param mayChange whether other training samples than those packed before are welcome; a run that goes on from a
     *     checkpoint must go on with the samples it began with
     * @throws LockstepException with {@link ExitCode#USAGE} when they have changed and must not
     */
    public static PreparedData prepare(
            JavaSparkContext spark, DataSpec data, long seed, Path directory, int parts, boolean mayChange) {
        return prepare(DatasetPackers.of(spark, data, seed, directory), directory, parts, mayChange);
    }

    /** The same of samples that somebody packs who has been chosen already. */
    public static PreparedData prepare(DatasetPacker packer, Path directory, int parts, boolean mayChange) {
        if (!mayChange) {
            requireUnchanged(packer, directory, packer.startingAnew());
        }
        PackedManifest train = prepare(packer, DatasetRole.TRAIN, directory, parts)
                .orElseThrow(() -> new LockstepException(ExitCode.DATA, "the job's data has no training samples"));
        PackedManifest test = prepare(packer.readingAs(FittedData.of(train), false), DatasetRole.TEST, directory, parts)
                .orElse(null);
        if (test != null && !test.featureShape().equals(train.featureShape())) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "test samples have shape " + test.shapeOfFeatures() + ", training samples "
                            + train.shapeOfFeatures() + "; they must be the same");
        }
        return new PreparedData(directory, train, test);
    }

    /** How many samples a job trains with; see {@link SplitPlan#trainCount}. */
    public int trainCount(DataSpec data) {
        return SplitPlan.trainCount(
                data, train.totalSamples(), train.marks(SamplePart.VALIDATION), train.marks(SamplePart.TEST));
    }

    /**
     * The samples that a trained model is tested on: those of their own, or the training samples of which a part was
     * kept for the test. Those must be the ones that the model was made with where they are packed already.
     *
     * @param seed of the job
     * @param fitted what the model brings along: nothing is fitted anew
     * @param withoutLabels whether rows of a table may come without labels: enough to predict
     */
    public static Optional<PackedManifest> prepareForTest(
            JavaSparkContext spark,
            DataSpec data,
            long seed,
            FittedData fitted,
            boolean withoutLabels,
            Path directory,
            int parts) {
        DatasetRole role = testedRole(data);
        DatasetPacker packer = DatasetPackers.of(spark, data, seed, directory)
                .readingAs(fitted, withoutLabels && role == DatasetRole.TEST);
        if (role == DatasetRole.TRAIN) {
            requireUnchanged(
                    packer,
                    directory,
                    "name test samples of their own by --set 'data.test_split={split: 0}' --set data.test=FILE");
        }
        return prepare(packer, role, directory, parts);
    }

    /** The set in which the test samples are. */
    public static DatasetRole testedRole(DataSpec data) {
        return data.testSplit().isNone() ? DatasetRole.TEST : DatasetRole.TRAIN;
    }

    private static void requireUnchanged(DatasetPacker packer, Path directory, String otherwise) {
        Configuration configuration = HadoopFiles.configuration();
        Path path = new Path(new Path(directory, DatasetRole.TRAIN.directory()), MANIFEST);
        String now = packer.fingerprint(DatasetRole.TRAIN).map(KeptJob::masked).orElse("none");
        try {
            if (!path.getFileSystem(configuration).exists(path)) {
                return;
            }
        } catch (IOException e) {
            throw new LockstepException(ExitCode.DATA, path + " cannot be looked at: " + e.getMessage(), e);
        }
        // Packed by an older version they are packed again, but they must be the same.
        String before = PackedManifest.fingerprintIn(HadoopFiles.readText(path, configuration))
                .orElseGet(() ->
                        manifest(directory, DatasetRole.TRAIN, configuration).sourceFingerprint());
        if (!before.equals(now)) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "data: the training samples have changed since the run began:\n  were " + before + "\n  are  " + now
                            + "\nput the old ones back, " + otherwise);
        }
    }

    private static Optional<PackedManifest> prepare(DatasetPacker packer, DatasetRole role, Path directory, int parts) {
        Optional<String> fingerprint = packer.fingerprint(role).map(KeptJob::masked);
        if (fingerprint.isEmpty()) {
            return Optional.empty();
        }
        Configuration configuration = HadoopFiles.configuration();
        Path target = new Path(directory, role.directory());
        try {
            FileSystem files = target.getFileSystem(configuration);
            Path manifestPath = new Path(target, MANIFEST);
            if (files.exists(manifestPath)) {
                String json = HadoopFiles.readText(manifestPath, configuration);
                if (PackedManifest.isReadable(json)) {
                    PackedManifest kept = PackedManifest.fromJson(json, manifestPath.toString());
                    if (kept.sourceFingerprint().equals(fingerprint.get()) && isWhole(target, kept, files)) {
                        return Optional.of(kept);
                    }
                }
                LOG.info("The {} data or its packed copy has changed: packing it again", role.directory());
                files.delete(target, true);
            }
            files.mkdirs(target);
            PackedManifest packed = packedOrNothing(packer, role, target, parts, fingerprint.get());
            HadoopFiles.writeWhole(
                    manifestPath,
                    configuration,
                    stream -> stream.write(packed.toJson().getBytes(StandardCharsets.UTF_8)));
            return Optional.of(packed);
        } catch (IOException e) {
            throw new LockstepException(
                    ExitCode.DATA, "the packed samples cannot be kept in " + target + ": " + e.getMessage(), e);
        }
    }

    /** Parts of a set that is not whole are of no use, and take room that may be what is missing. */
    private static PackedManifest packedOrNothing(
            DatasetPacker packer, DatasetRole role, Path target, int parts, String fingerprint) {
        try {
            return packer.pack(role, target, parts, fingerprint);
        } catch (RuntimeException failure) {
            try {
                target.getFileSystem(HadoopFiles.configuration()).delete(target, true);
            } catch (IOException | RuntimeException left) {
                failure.addSuppressed(left);
            }
            throw failure;
        }
    }

    /** Whether the parts are there: with their checksums where the driver can map them, else with their sizes. */
    private static boolean isWhole(Path target, PackedManifest manifest, FileSystem files) throws IOException {
        for (PackedPart part : manifest.parts()) {
            Path path = new Path(target, part.name());
            if (!files.exists(path) || files.getFileStatus(path).getLen() != part.bytes()) {
                return false;
            }
        }
        if (!"file".equals(target.toUri().getScheme())) {
            return true;
        }
        try {
            java.nio.file.Path local = java.nio.file.Path.of(target.toUri());
            manifest.parts().forEach(part -> LocalParts.verify(local.resolve(part.name()), part));
            return true;
        } catch (LockstepException damaged) {
            LOG.warn("{}", damaged.getMessage());
            return false;
        }
    }

    /** Reads back, on an executor, what the driver prepared. */
    public static PackedManifest manifest(Path directory, DatasetRole role, Configuration configuration) {
        Path path = new Path(new Path(directory, role.directory()), MANIFEST);
        return PackedManifest.fromJson(HadoopFiles.readText(path, configuration), path.toString());
    }
}
