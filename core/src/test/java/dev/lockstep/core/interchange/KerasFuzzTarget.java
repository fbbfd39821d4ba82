package dev.lockstep.core.interchange;

import dev.lockstep.core.fuzz.FuzzTarget;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/** An HDF5 file of Keras. */
public final class KerasFuzzTarget implements FuzzTarget {
    private static final String DENSE =
            """
            {"class_name": "Sequential", "config": {"name": "s", "layers": [
            {"class_name": "InputLayer", "config": {"batch_shape": [null, 3], "name": "in"}},
            {"class_name": "Dense", "config": {"name": "head", "units": 2, "activation": "softmax", "use_bias": true}}]}}""";
    private static final String TRAINING =
            """
            {"loss": "mse", "optimizer_config": {"class_name": "Adam", "config": {"learning_rate": 0.002}}}""";

    /** It warns of everything that it finds strange. */
    public KerasFuzzTarget() {
        Configurator.setLevel("io.jhdf", Level.OFF);
    }

    @Override
    public String name() {
        return "keras-h5";
    }

    @Override
    public List<byte[]> seeds() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (String version : new String[] {"2.15.0", "3.6.0"}) {
            Path path = Files.createTempFile("lockstep-fuzz", ".h5");
            try {
                KerasFile file = new KerasFile(
                        path, version.startsWith("2") ? "" : "sequential/", version.startsWith("2") ? ":0" : "");
                file.attribute("keras_version", version);
                file.attribute("model_config", DENSE);
                file.attribute("training_config", TRAINING);
                file.layer(
                        "head", "kernel", KerasFile.array(new float[] {1, 2, 3, 4, 5, 6}, 3, 2), "bias", new float[] {
                            1, 2
                        });
                seeds.add(file.finish());
            } finally {
                Files.deleteIfExists(path);
            }
        }
        return seeds;
    }

    @Override
    public void read(byte[] input) throws IOException {
        ImportedModel model = KerasImport.read(new ByteArrayInputStream(input), "fuzzed", null);
        if (model.network().parameterCount() != model.parameters().length) {
            throw new AssertionError(model.parameters().length + " parameters of " + model.network());
        }
    }

    @Override
    public List<String> words() {
        return List.of("Sequential", "Conv2D", "\"units\": 2147483647", "null", "OHDR", "TREE", "HEAP", "SNOD", "GCOL");
    }
}
