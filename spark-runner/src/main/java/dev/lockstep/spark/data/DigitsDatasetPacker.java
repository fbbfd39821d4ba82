package dev.lockstep.spark.data;

import dev.lockstep.core.checkpoint.StorageFullException;
import dev.lockstep.core.data.DigitsData;
import dev.lockstep.core.data.DigitsGenerator;
import dev.lockstep.core.data.IdxData;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/** Draws the digits where they are missing, as ordinary IDX files, and packs those. */
final class DigitsDatasetPacker implements DatasetPacker {
    /** Before they are compressed. */
    private static final long SAMPLE_BYTES = 28 * 28 + 1;

    private final DigitsData data;
    private final IdxDatasetPacker files;

    /**
     * @param dataDirectory where the files go when the job names no directory
     */
    DigitsDatasetPacker(JavaSparkContext spark, DigitsData data, Path dataDirectory) {
        this.data = data;
        Configuration configuration = HadoopFiles.configuration();
        String named = data.directory();
        Path directory = named == null ? new Path(dataDirectory, "idx") : HadoopFiles.qualify(named, configuration);
        this.files = new IdxDatasetPacker(spark, write(directory, configuration));
    }

    private IdxData write(Path directory, Configuration configuration) {
        try {
            FileSystem target = directory.getFileSystem(configuration);
            if (target.getScheme().equals("file")) {
                java.nio.file.Path local = java.nio.file.Path.of(directory.toUri());
                DigitsGenerator.writeIfAbsent(local, data);
                return DigitsGenerator.asIdxData(local, data);
            }
            java.nio.file.Path local = Files.createTempDirectory("lockstep-digits");
            try {
                DigitsGenerator.writeIfAbsent(local, data);
                upload(local, target, directory);
            } finally {
                FileUtil.fullyDelete(local.toFile());
            }
            IdxData idx = DigitsGenerator.asIdxData(local, data);
            return new IdxData(
                    directory.toString(),
                    idx.trainImages(),
                    idx.trainLabels(),
                    idx.testImages(),
                    idx.testLabels(),
                    idx.scale(),
                    idx.validation(),
                    idx.testSplit(),
                    idx.classNames());
        } catch (IOException e) {
            long bytes = SAMPLE_BYTES * (data.trainSamples() + (long) data.testSamples());
            String why = NoRoom.of(e, new Path(directory, "files"), bytes, configuration)
                    .map(StorageFullException::getMessage)
                    .orElse(e.getMessage());
            throw new LockstepException(ExitCode.DATA, "the digits cannot be written to " + directory + ": " + why, e);
        }
    }

    /** Files of the right size are there already: the same seed gives the same bytes. */
    private static void upload(java.nio.file.Path local, FileSystem target, Path directory) throws IOException {
        target.mkdirs(directory);
        try (var listing = Files.list(local)) {
            for (java.nio.file.Path file : listing.toList()) {
                Path remote = new Path(directory, file.getFileName().toString());
                if (!target.exists(remote) || target.getFileStatus(remote).getLen() != Files.size(file)) {
                    target.copyFromLocalFile(false, true, new Path(file.toUri()), remote);
                }
            }
        }
    }

    @Override
    public Optional<String> fingerprint(DatasetRole role) {
        if (role == DatasetRole.TEST && data.testSamples() == 0) {
            return Optional.empty();
        }
        return Optional.of("digits " + role.directory() + " seed " + data.seed() + ", " + data.trainSamples() + " + "
                + data.testSamples() + " samples");
    }

    @Override
    public PackedManifest pack(DatasetRole role, Path target, int parts, String fingerprint) {
        return files.pack(role, target, parts, fingerprint);
    }
}
