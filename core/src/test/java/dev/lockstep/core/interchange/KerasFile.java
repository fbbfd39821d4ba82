package dev.lockstep.core.interchange;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes an HDF5 file in the layout of Keras's model.save. */
final class KerasFile {
    private final Path path;
    private final String prefix;
    private final String suffix;
    private final WritableHdfFile file;
    private final WritableGroup weights;

    /**
     * @param prefix of the weights' names in a layer's group, such as {@code sequential/}
     * @param suffix of the weights' names, such as {@code :0}
     */
    KerasFile(Path path, String prefix, String suffix) throws IOException {
        Files.deleteIfExists(path);
        this.path = path;
        this.prefix = prefix;
        this.suffix = suffix;
        this.file = HdfFile.write(path);
        this.weights = file.putGroup("model_weights");
    }

    void attribute(String name, String text) {
        file.putAttribute(name, text);
    }

    /** @param namesAndArrays weights of a layer: name, array, name, array */
    void layer(String name, Object... namesAndArrays) {
        WritableGroup layer = weights.putGroup(name);
        WritableGroup inner = layer;
        for (String part : (prefix + name).split("/")) {
            inner = inner.putGroup(part);
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < namesAndArrays.length; i += 2) {
            String weight = namesAndArrays[i] + suffix;
            inner.putDataset(weight, namesAndArrays[i + 1]);
            names.add(prefix + name + "/" + weight);
        }
        layer.putAttribute("weight_names", names.toArray(String[]::new));
    }

    byte[] finish() throws IOException {
        file.close();
        return Files.readAllBytes(path);
    }

    /** Values, the last dimension fastest, as a Java array of arrays. */
    static Object array(float[] values, int... sizes) {
        return array(values, new int[] {0}, 0, sizes);
    }

    private static Object array(float[] values, int[] next, int dimension, int[] sizes) {
        if (dimension == sizes.length - 1) {
            float[] row = new float[sizes[dimension]];
            System.arraycopy(values, next[0], row, 0, row.length);
            next[0] += row.length;
            return row;
        }
        int[] inner = new int[sizes.length - dimension];
        System.arraycopy(sizes, dimension, inner, 0, inner.length);
        Object array = Array.newInstance(float.class, inner);
        for (int i = 0; i < sizes[dimension]; i++) {
            Array.set(array, i, array(values, next, dimension + 1, sizes));
        }
        return array;
    }
}
