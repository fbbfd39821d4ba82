package dev.lockstep.core.interchange;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ContiguousDataset;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model's HDF5 file in memory, behind limits: links, filters and other types than texts and floating-point arrays are
 * refused, and sizes are compared with the file's before anything of that size is made.
 */
final class HdfModel implements AutoCloseable {
    /** What an array of Java holds. */
    static final int MOST_BYTES = Integer.MAX_VALUE - 8;

    private static final String WEIGHTS = "model_weights";
    private static final String WEIGHT_NAMES = "weight_names";
    private static final int MOST_TEXT_BYTES = 16 << 20;
    private static final int MOST_NAMES = 1 << 16;
    private static final int MOST_PARTS = 16;

    private final HdfFile file;
    private final long bytes;

    /** One array of weights, the last dimension fastest. */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    record Weight(int[] sizes, float[] values) {}

    private HdfModel(HdfFile file, long bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /** Reads a whole file. */
    static HdfModel read(InputStream in, int mostBytes) throws IOException {
        byte[] contents = in.readNBytes(mostBytes);
        if (contents.length == mostBytes && in.read() >= 0) {
            throw new Refusal("the file is larger than the limit of " + mostBytes
                    + " bytes; save it without the optimizer: model.save(..., include_optimizer=False)");
        }
        return guarded("the file", () -> new HdfModel(HdfFile.fromBytes(contents), contents.length));
    }

    /** The parser is given bytes of anybody: whatever it throws is a refusal. */
    private static <T> T guarded(String what, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (Refusal refusal) {
            throw refusal;
        } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError e) {
            throw new Refusal(what + ": not readable as HDF5: " + e, e);
        }
    }

    /** A text attribute of the file; null where it has none. */
    @Nullable
    String text(String name) {
        String what = "attribute " + name;
        Optional<Attribute> attribute = guarded(what, () -> Optional.ofNullable(file.getAttribute(name)));
        return attribute.map(found -> guarded(what, () -> text(found, name))).orElse(null);
    }

    private static String text(Attribute attribute, String name) {
        requireSmall(attribute, name);
        if (attribute.getData() instanceof String text && text.length() <= MOST_TEXT_BYTES) {
            return text;
        }
        throw new Refusal("attribute " + name + ": expected one text");
    }

    private static void requireSmall(Attribute attribute, String name) {
        if (attribute.getSize() > MOST_NAMES || attribute.getSizeInBytes() > MOST_TEXT_BYTES) {
            throw new Refusal("attribute " + name + ": " + attribute.getSize() + " elements of "
                    + attribute.getSizeInBytes() + " bytes are too many");
        }
    }

    /** The weights of a layer, by the last part of their names: kernel, bias, moving_mean. */
    Map<String, Weight> weightsOf(String layer) {
        return guarded("the weights of layer \"" + layer + '"', () -> {
            Group group = group(group(file, WEIGHTS), layer);
            Map<String, Weight> weights = new HashMap<>();
            for (String name : names(group)) {
                String[] parts = name.split("/", -1);
                String last = parts[parts.length - 1];
                int colon = last.indexOf(':');
                Weight weight = weight(group, parts, name);
                if (weights.put(colon < 0 ? last : last.substring(0, colon), weight) != null) {
                    throw new Refusal("layer \"" + layer + "\": two weights named " + last);
                }
            }
            return weights;
        });
    }

    private static Group group(Group parent, String name) {
        if (child(parent, name) instanceof Group group) {
            return group;
        }
        throw new Refusal("no group " + name + "; expected what Keras's model.save(\"model.h5\") writes");
    }

    /** A link may lead to another file. */
    private static @Nullable Node child(Group parent, String name) {
        Node child = parent.getChildren().get(name);
        if (child != null && child.isLink()) {
            throw new Refusal("\"" + name + "\" is a link: refused");
        }
        return child;
    }

    private static List<String> names(Group group) {
        List<String> names = new ArrayList<>();
        addNames(group.getAttribute(WEIGHT_NAMES), names);
        // Keras cuts a long list into several attributes.
        for (int part = 0; group.getAttribute(WEIGHT_NAMES + part) != null; part++) {
            addNames(group.getAttribute(WEIGHT_NAMES + part), names);
        }
        return names;
    }

    private static void addNames(@Nullable Attribute attribute, List<String> names) {
        if (attribute == null || attribute.getSize() == 0) {
            return;
        }
        requireSmall(attribute, WEIGHT_NAMES);
        if (attribute.getData() instanceof String[] texts) {
            names.addAll(Arrays.asList(texts));
        } else if (attribute.getData() instanceof String text) {
            names.add(text);
        } else if (attribute.getSize() > 0 && attribute.getJavaType() != double.class) {
            throw new Refusal("attribute " + WEIGHT_NAMES + ": expected texts");
        }
    }

    private Weight weight(Group group, String[] parts, String name) {
        if (parts.length > MOST_PARTS) {
            throw new Refusal("weight " + name + ": too many groups");
        }
        Group parent = group;
        for (int i = 0; i < parts.length - 1; i++) {
            parent = group(parent, parts[i]);
        }
        if (!(child(parent, parts[parts.length - 1]) instanceof Dataset dataset)) {
            throw new Refusal("weight " + name + ": not in the file");
        }
        return new Weight(dataset.getDimensions(), values(dataset, name));
    }

    private float[] values(Dataset dataset, String name) {
        long[] sizes = Arrays.stream(dataset.getDimensions()).asLongStream().toArray();
        int count = ModelDraft.size(sizes, "weight " + name);
        Class<?> type = dataset.getJavaType();
        boolean isNumber = type == float.class || type == double.class;
        if (!isNumber || dataset.isCompound() || dataset.isVariableLength()) {
            throw new Refusal("weight " + name + ": expected floating-point numbers, found " + type);
        }
        if (!(dataset instanceof ContiguousDataset) || !dataset.getFilters().isEmpty()) {
            throw new Refusal("weight " + name + ": expected a contiguous array without filters, as Keras writes it");
        }
        if ((long) count * Float.BYTES > bytes * 2) {
            throw new Refusal("weight " + name + ": " + count + " values are more than the file has");
        }
        Object flat = count == 0 ? new float[0] : dataset.getDataFlat();
        if (flat instanceof float[] values) {
            return values;
        }
        double[] wide = (double[]) flat;
        float[] values = new float[wide.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) wide[i];
        }
        return values;
    }

    @Override
    public void close() {
        file.close();
    }
}
