package dev.lockstep.spark.data;

import dev.lockstep.core.checksum.Sha256;
import dev.lockstep.core.data.ImageFolderData;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lies in a directory with a directory of pictures for each class.
 *
 * @param root the directory
 * @param classNames the classes in the order of their labels
 * @param pictures class after class, each sorted by path: the order of the samples
 */
record ImageFolder(Path root, List<String> classNames, List<Picture> pictures) {
    /**
     * One file.
     *
     * @param path of the file
     * @param label number of its class
     * @param status what tells it from another version of itself
     */
    record Picture(String path, int label, String status) {}

    private static final Logger LOG = LoggerFactory.getLogger(ImageFolder.class);
    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "bmp", "gif");
    private static final String EXPECTED =
            "; expected a directory for each class with .png, .jpg, .jpeg, .bmp or .gif files";

    /**
     * Lists the pictures of a set.
     *
     * @throws LockstepException when there are none, or the test directory has other classes than the training directory
     */
    static ImageFolder list(ImageFolderData data, DatasetRole role, Configuration configuration) {
        String location = role == DatasetRole.TRAIN ? data.train() : data.test();
        Path root = HadoopFiles.qualify(Objects.requireNonNull(location), configuration);
        try {
            List<String> present = classDirectories(root, configuration);
            List<String> names = classNames(data, role, root, present, configuration);
            List<Picture> pictures = new ArrayList<>();
            int others = 0;
            for (int label = 0; label < names.size(); label++) {
                if (present.contains(names.get(label))) {
                    int before = pictures.size();
                    others += addPictures(new Path(root, names.get(label)), label, pictures, configuration);
                    if (pictures.size() == before) {
                        LOG.warn("{} has no pictures of the class \"{}\"", root, names.get(label));
                    }
                }
            }
            if (pictures.isEmpty()) {
                throw new LockstepException(
                        ExitCode.DATA,
                        "no pictures in " + root + ": found " + present.size() + " directories and in them " + others
                                + " other files" + EXPECTED);
            }
            return new ImageFolder(root, names, pictures);
        } catch (IOException e) {
            throw new LockstepException(ExitCode.DATA, root + " cannot be listed: " + e.getMessage(), e);
        }
    }

    private static List<String> classDirectories(Path root, Configuration configuration) throws IOException {
        if (!HadoopFiles.status(root, configuration).isDirectory()) {
            throw new LockstepException(ExitCode.DATA, root + " is a file" + EXPECTED);
        }
        return Arrays.stream(root.getFileSystem(configuration).listStatus(root))
                .filter(FileStatus::isDirectory)
                .map(status -> status.getPath().getName())
                .filter(name -> !isHidden(name))
                .sorted()
                .toList();
    }

    /** A test directory counts its classes as the training directory does, as long as that is there. */
    private static List<String> classNames(
            ImageFolderData data, DatasetRole role, Path root, List<String> present, Configuration configuration)
            throws IOException {
        List<String> given = data.classNames();
        if (given != null) {
            requirePresent(given, present, role, root);
            return given;
        }
        Path train = HadoopFiles.qualify(data.train(), configuration);
        if (role == DatasetRole.TRAIN || !train.getFileSystem(configuration).exists(train)) {
            return present;
        }
        List<String> trained = classDirectories(train, configuration);
        if (!trained.containsAll(present)) {
            List<String> unknown = new ArrayList<>(present);
            unknown.removeAll(trained);
            throw new LockstepException(
                    ExitCode.DATA,
                    root + " has the classes " + unknown + ", which " + train + " has not: it has " + trained
                            + "; name the directories alike, or choose among them with data.class_names");
        }
        return trained;
    }

    private static void requirePresent(List<String> given, List<String> present, DatasetRole role, Path root) {
        if (role == DatasetRole.TRAIN && !present.containsAll(given)) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "data.class_names: expected directories of " + root + ", found " + given + "; it has " + present);
        }
    }

    /** @return how many files are no pictures */
    private static int addPictures(Path directory, int label, List<Picture> pictures, Configuration configuration)
            throws IOException {
        FileSystem files = directory.getFileSystem(configuration);
        List<Picture> found = new ArrayList<>();
        int others = 0;
        RemoteIterator<LocatedFileStatus> listing = files.listFiles(directory, true);
        while (listing.hasNext()) {
            LocatedFileStatus status = listing.next();
            String name = status.getPath().getName();
            if (isPicture(name)) {
                found.add(new Picture(
                        status.getPath().toString(), label, status.getLen() + " " + status.getModificationTime()));
            } else {
                others++;
            }
        }
        found.sort(Comparator.comparing(Picture::path));
        pictures.addAll(found);
        return others;
    }

    /** Whether a file's name is that of a picture. */
    static boolean isPicture(String name) {
        return !isHidden(name) && ENDINGS.contains(ending(name));
    }

    /** Whether a file or directory is not meant to be seen. */
    static boolean isHidden(String name) {
        return name.startsWith("_") || name.startsWith(".");
    }

    private static String ending(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /** How many pictures each class has. */
    static List<Long> counts(List<Picture> pictures, int classes) {
        long[] counts = new long[classes];
        pictures.forEach(picture -> counts[picture.label()]++);
        return Arrays.stream(counts).boxed().toList();
    }

    /** Names all files as they are now: a changed, an added or a missing one gives another text. */
    String fingerprint() {
        MessageDigest digest = Sha256.digest();
        for (Picture picture : pictures) {
            String line = picture.label() + " " + picture.path() + " " + picture.status() + "\n";
            digest.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return root + ", classes " + classNames + ", " + pictures.size()
                + " pictures, SHA-256 of their paths, sizes and times " + Sha256.hex(digest);
    }
}
