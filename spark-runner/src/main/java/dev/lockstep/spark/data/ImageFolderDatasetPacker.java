package dev.lockstep.spark.data;

import dev.lockstep.core.data.ImageFolderData;
import dev.lockstep.core.data.ImageFolderData.OnUnreadable;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.PackedPart;
import dev.lockstep.core.data.Slice;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.data.ImageFolder.Picture;
import dev.lockstep.spark.data.PicturePiece.Outcome;
import dev.lockstep.spark.data.PicturePiece.Unreadable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packs directories of pictures: the driver lists them, each task decodes, resizes and packs its share. Where some cannot
 * be read and are to be skipped, the rest is packed again, as the samples' indices are without gaps.
 */
final class ImageFolderDatasetPacker implements DatasetPacker {
    private static final Logger LOG = LoggerFactory.getLogger(ImageFolderDatasetPacker.class);
    private static final int FEWEST_PICTURES_A_PART = 100;
    private static final long MOST_BYTES_A_PART = 1L << 30;
    private static final int MOST_NAMED = 10;

    private final JavaSparkContext spark;
    private final ImageFolderData data;
    private final Configuration configuration;

    ImageFolderDatasetPacker(JavaSparkContext spark, ImageFolderData data) {
        this.spark = spark;
        this.data = data;
        this.configuration = HadoopFiles.configuration();
    }

    @Override
    public Optional<String> fingerprint(DatasetRole role) {
        if (role == DatasetRole.TEST && data.test() == null) {
            return Optional.empty();
        }
        return Optional.of(ImageFolder.list(data, role, configuration).fingerprint() + ", as " + data.shape() + " by "
                + data.interpolation() + ", unreadable ones: " + data.onUnreadable());
    }

    @Override
    public PackedManifest pack(DatasetRole role, Path target, int parts, String fingerprint) {
        ImageFolder folder = ImageFolder.list(data, role, configuration);
        List<Picture> pictures = folder.pictures();
        List<Outcome> outcomes = pack(pictures, target, parts);
        List<Unreadable> unreadable = unreadable(outcomes);
        if (!unreadable.isEmpty()) {
            pictures = readable(pictures, unreadable);
            outcomes = pack(pictures, target, parts);
            requireNone(unreadable(outcomes), pictures.size(), "it could be read a moment ago");
        }
        List<PackedPart> packed = outcomes.stream()
                .map(outcome -> Objects.requireNonNull(outcome.part()))
                .toList();
        return PackedManifest.of(
                        PicturePiece.header(0, pictures.size(), data.shape()),
                        ImageFolder.counts(pictures, folder.classNames().size()),
                        fingerprint,
                        packed)
                .withClassNames(folder.classNames());
    }

    private List<Outcome> pack(List<Picture> pictures, Path target, int parts) {
        int pieces = pieces(pictures.size(), parts);
        List<String> work = new ArrayList<>();
        for (int number = 0; number < pieces; number++) {
            Slice slice = Slice.of(0, pictures.size(), pieces, number);
            work.add(PicturePiece.toJson(new PicturePiece(
                    number,
                    slice.from(),
                    data.height(),
                    data.width(),
                    data.colorMode(),
                    data.interpolation(),
                    pictures.subList(slice.from(), slice.to()),
                    target.toString())));
        }
        return TaskAnswer.values(spark.parallelize(work, pieces)
                        .map(piece -> TaskAnswer.of(
                                "packing pictures",
                                () -> PicturePiece.toJson(
                                        PicturePiece.fromJson(piece).pack())))
                        .collect())
                .stream()
                .map(Outcome::fromJson)
                .toList();
    }

    private int pieces(int pictures, int parts) {
        long bytes = (long) pictures * data.shape().size();
        int fewest = (int) Math.min(pictures, 1 + bytes / MOST_BYTES_A_PART);
        return Math.max(fewest, Math.min(parts, pictures / FEWEST_PICTURES_A_PART));
    }

    private static List<Unreadable> unreadable(List<Outcome> outcomes) {
        return outcomes.stream()
                .flatMap(outcome -> outcome.unreadable().stream())
                .toList();
    }

    private List<Picture> readable(List<Picture> pictures, List<Unreadable> unreadable) {
        if (data.onUnreadable() == OnUnreadable.FAIL) {
            requireNone(unreadable, pictures.size(), "remove or replace them, or set data.on_unreadable: skip");
        }
        Set<String> paths = unreadable.stream().map(Unreadable::path).collect(Collectors.toSet());
        List<Picture> rest = pictures.stream()
                .filter(picture -> !paths.contains(picture.path()))
                .toList();
        if (rest.isEmpty()) {
            requireNone(unreadable, pictures.size(), "there is nothing left to train with");
        }
        LOG.warn("{}; they are left out", describe(unreadable, pictures.size()));
        return rest;
    }

    private static void requireNone(List<Unreadable> unreadable, int pictures, String remedy) {
        if (!unreadable.isEmpty()) {
            throw new LockstepException(ExitCode.DATA, describe(unreadable, pictures) + "\n" + remedy);
        }
    }

    private static String describe(List<Unreadable> unreadable, int pictures) {
        StringBuilder text = new StringBuilder()
                .append(unreadable.size())
                .append(" of ")
                .append(pictures)
                .append(" pictures cannot be read:");
        for (Unreadable picture : unreadable.subList(0, Math.min(MOST_NAMED, unreadable.size()))) {
            text.append("\n  ").append(picture.path()).append(": ").append(picture.reason());
        }
        if (unreadable.size() > MOST_NAMED) {
            text.append("\n  and ").append(unreadable.size() - MOST_NAMED).append(" more");
        }
        return text.toString();
    }
}
