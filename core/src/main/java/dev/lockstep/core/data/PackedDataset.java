package dev.lockstep.core.data;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A packed data set in a local directory, read through memory maps: its pages are the kernel's to keep or to drop, and
 * a set may be larger than the heap. Batches take the stored features as they are, row by row; {@link FeatureEncoding}
 * says what they become.
 */
public final class PackedDataset implements SampleSource {
    private static final int MOST_WATCHED = 256;

    private final PackedManifest manifest;
    private final Shape featureShape;
    private final FeatureEncoding encoding;
    private final LabelView view;
    private final List<PackedFile> files;
    private final int[] firstSamples;

    /**
     * Shuffled rows are cache misses. Asked for one after the other before any is copied, they are fetched side by side;
     * this keeps the compiler from dropping the asking.
     */
    private volatile int lastTouched;

    /** Not exact where several threads read, which does not matter. */
    private int nextLookedAt;

    private PackedDataset(PackedManifest manifest, List<PackedFile> files, FeatureEncoding encoding, LabelView view) {
        this.manifest = manifest;
        this.featureShape = manifest.shapeOfFeatures();
        this.encoding = encoding;
        this.files = List.copyOf(files);
        this.firstSamples =
                manifest.parts().stream().mapToInt(PackedPart::firstSample).toArray();
        this.view = view;
    }

    /**
     * Maps the parts and compares them with the manifest: presence, size, header and footer. Their content is
     * compared by {@link #verify}.
     *
     * @param scale divisor of the features
     * @param view how labels are presented
     * @throws LockstepException when a part is missing, is another one, or the labels do not fit the view
     */
    public static PackedDataset open(Path directory, PackedManifest manifest, double scale, LabelView view) {
        FeatureEncoding encoding = new FeatureEncoding(manifest.featureType(), scale);
        requireView(manifest, view);
        List<PackedFile> files = new ArrayList<>();
        for (PackedPart part : manifest.parts()) {
            PackedFile file = openPart(directory.resolve(part.name()), manifest, part);
            if (files.size() >= MOST_WATCHED) {
                // Every file that is watched is held open, and a process may hold so many.
                file.close();
            }
            files.add(file);
        }
        return new PackedDataset(manifest, files, encoding, view);
    }

    private static void requireView(PackedManifest manifest, LabelView view) {
        if (!view.isOneHot()) {
            return;
        }
        Integer classes = manifest.classCount();
        if (classes == null || manifest.labelWidth() != 1) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "one-hot labels need one class index a sample; this data set has "
                            + (classes == null
                                    ? "targets that are no classes"
                                    : manifest.labelWidth() + " label values"));
        }
        if (classes > view.outputs()) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "the labels have " + classes + " classes (0.." + (classes - 1) + "), the network has "
                            + view.outputs() + " outputs; give the last layer " + classes + " units");
        }
    }

    private static PackedFile openPart(Path path, PackedManifest manifest, PackedPart part) {
        PackedFile file = PackedFile.open(path);
        PackedHeader expected = manifest.headerOf(part);
        if (!file.header().equals(expected)) {
            throw new LockstepException(
                    ExitCode.DATA,
                    path + " is not the part that the manifest names: expected " + expected + ", found " + file.header()
                            + "; pack the data again");
        }
        if (!file.checksum().equals(part.sha256())) {
            throw new LockstepException(
                    ExitCode.DATA,
                    path + " is not the part that the manifest names: expected SHA-256 " + part.sha256() + ", found "
                            + file.checksum() + "; fetch or pack it again");
        }
        return file;
    }

    /**
     * Reads everything once and compares the checksums.
     *
     * @throws LockstepException when a part is damaged
     */
    public void verify() {
        files.forEach(PackedFile::verify);
    }

    /** What the data set consists of. */
    public PackedManifest manifest() {
        return manifest;
    }

    @Override
    public int sampleCount() {
        return manifest.totalSamples();
    }

    @Override
    public Shape featureShape() {
        return featureShape;
    }

    @Override
    public int labelWidth() {
        return view.isOneHot() ? view.outputs() : manifest.labelWidth();
    }

    /** The first stored label value: the class index also where batches present vectors. */
    @Override
    public float label(int sampleIndex) {
        int part = partOf(sampleIndex);
        return files.get(part).label(sampleIndex - firstSamples[part], 0);
    }

    /** Which part the job's conditions put a sample in; to train with where there are none. */
    public SamplePart mark(int sampleIndex) {
        int part = partOf(sampleIndex);
        return files.get(part).mark(sampleIndex - firstSamples[part]);
    }

    @Override
    public boolean isWeighted() {
        return manifest.weighted();
    }

    @Override
    public float weight(int sampleIndex) {
        int part = partOf(sampleIndex);
        return files.get(part).weight(sampleIndex - firstSamples[part]);
    }

    @Override
    public void read(int[] indices, int from, int to, MiniBatch into) {
        BatchRows.prepare(this, indices, from, to, into);
        into.useRaw(encoding);
        try {
            // Loops of one purpose each: the compiler makes nearly twice as much of them.
            lastTouched = touch(indices, from, to);
            readLabels(indices, from, to, into);
            copyFeatures(indices, from, to, into);
            // One part a batch: reading what was cut off a file may give zeros in the place of an error.
            files.get(Math.floorMod(nextLookedAt++, files.size())).requireWhole();
        } catch (InternalError fault) {
            throw cutOff(fault);
        }
    }

    private LockstepException cutOff(InternalError fault) {
        LockstepException told = null;
        for (PackedFile file : files) {
            try {
                told = file.cutOff(fault);
            } catch (LockstepException named) {
                return named;
            }
        }
        return told == null ? new LockstepException(ExitCode.DATA, "a packed file could not be read", fault) : told;
    }

    private int touch(int[] indices, int from, int to) {
        int touched = 0;
        for (int i = from; i < to; i++) {
            int part = partOf(indices[i]);
            touched += files.get(part).touch(indices[i] - firstSamples[part]);
        }
        return touched;
    }

    private void readLabels(int[] indices, int from, int to, MiniBatch into) {
        for (int i = from; i < to; i++) {
            int part = partOf(indices[i]);
            readLabels(files.get(part), indices[i] - firstSamples[part], into.labels(), (i - from) * into.labelWidth());
        }
    }

    private void copyFeatures(int[] indices, int from, int to, MiniBatch into) {
        for (int i = from; i < to; i++) {
            int part = partOf(indices[i]);
            files.get(part).copyFeatures(indices[i] - firstSamples[part], into, i - from);
        }
    }

    private void readLabels(PackedFile file, int row, float[] target, int offset) {
        if (view.isOneHot()) {
            Arrays.fill(target, offset, offset + view.outputs(), 0);
            target[offset + file.classOf(row, view.outputs())] = 1;
            return;
        }
        Integer classes = manifest.classCount();
        if (classes != null && manifest.labelWidth() == 1) {
            target[offset] = file.classOf(row, classes);
            return;
        }
        for (int column = 0; column < manifest.labelWidth(); column++) {
            target[offset + column] = file.label(row, column);
        }
    }

    private int partOf(int sampleIndex) {
        if (firstSamples.length == 1) {
            return 0;
        }
        int found = Arrays.binarySearch(firstSamples, sampleIndex);
        return found >= 0 ? found : -found - 2;
    }

    /** Lets the files go; the JDK releases the maps with this object. */
    @Override
    public void close() {
        files.forEach(PackedFile::close);
    }
}
