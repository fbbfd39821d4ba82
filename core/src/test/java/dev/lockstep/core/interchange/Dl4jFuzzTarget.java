package dev.lockstep.core.interchange;

import dev.lockstep.core.fuzz.FuzzFiles;
import dev.lockstep.core.fuzz.FuzzTarget;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A zip of DL4J: as its bytes, or as entries that are then put into a zip, so that changes get past the checksums. */
public final class Dl4jFuzzTarget implements FuzzTarget {
    private static final String DENSE =
            """
            {"confs": [{"layer": {"@class": "org.deeplearning4j.nn.conf.layers.OutputLayer", "nin": 2, "nout": 1,
            "activationFn": {"@class": "org.nd4j.linalg.activations.impl.ActivationIdentity"},
            "lossFn": {"@class": "org.nd4j.linalg.lossfunctions.impl.LossMSE"}}}]}""";
    private static final String IMAGES =
            """
            {"confs": [{"layer": {"@class": "org.deeplearning4j.nn.conf.layers.ConvolutionLayer", "nin": 1, "nout": 1,
            "kernelSize": [1, 1], "stride": [1, 1], "padding": [0, 0], "dilation": [1, 1], "convolutionMode": "Same",
            "cnn2dDataFormat": "NCHW", "activationFn": {"@class": "org.nd4j.linalg.activations.impl.ActivationReLU"}}},
            {"layer": {"@class": "org.deeplearning4j.nn.conf.layers.OutputLayer", "nin": 4, "nout": 1,
            "activationFn": {"@class": "org.nd4j.linalg.activations.impl.ActivationIdentity"},
            "lossFn": {"@class": "org.nd4j.linalg.lossfunctions.impl.LossMSE"}}}],
            "inputPreProcessors": {
            "0": {"@class": "org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor",
            "inputHeight": 2, "inputWidth": 2, "numChannels": 1},
            "1": {"@class": "org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor",
            "inputHeight": 2, "inputWidth": 2, "numChannels": 1}}}""";

    @Override
    public String name() {
        return "dl4j-zip";
    }

    @Override
    public List<byte[]> seeds() throws IOException {
        Map<String, byte[]> dense = entries(DENSE, 3);
        return List.of(zip(dense), FuzzFiles.joined(dense), FuzzFiles.joined(entries(IMAGES, 7)));
    }

    private static Map<String, byte[]> entries(String configuration, int parameters) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("configuration.json", configuration.getBytes(StandardCharsets.UTF_8));
        entries.put("coefficients.bin", vector(parameters));
        return entries;
    }

    private static byte[] vector(int length) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeUTF("LONG_SHAPE");
        out.writeLong(8);
        out.writeUTF("LONG");
        for (long number : new long[] {2, 1, length, 1, 1, 0, 1, 'c'}) {
            out.writeLong(number);
        }
        out.writeUTF("LONG_SHAPE");
        out.writeLong(length);
        out.writeUTF("FLOAT");
        for (int i = 0; i < length; i++) {
            out.writeFloat(i);
        }
        return bytes.toByteArray();
    }

    private static byte[] zip(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
        return bytes.toByteArray();
    }

    @Override
    public void read(byte[] input) throws IOException {
        boolean isZip = input.length > 1 && input[0] == 'P' && input[1] == 'K';
        byte[] zip;
        try {
            zip = isZip ? input : zip(FuzzFiles.split(input));
        } catch (IOException | IllegalArgumentException e) {
            return; // names that no zip can hold
        }
        ImportedModel model = Dl4jImport.read(new ByteArrayInputStream(zip), "fuzzed", null);
        if (model.network().parameterCount() != model.parameters().length) {
            throw new AssertionError(model.parameters().length + " parameters of " + model.network());
        }
    }

    /** Deflate makes no more than 1032 bytes of one; numbers are copied layer by layer and into one vector. */
    @Override
    public long mostAllocatedBytes(int inputBytes) {
        return (64L << 20) + 8 * 1_032L * inputBytes;
    }

    @Override
    public List<String> words() {
        return List.of(
                "org.deeplearning4j.nn.conf.layers.DenseLayer",
                "org.deeplearning4j.nn.conf.layers.BatchNormalization",
                "org.deeplearning4j.nn.conf.layers.SubsamplingLayer",
                "org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer",
                "org.deeplearning4j.nn.conf.layers.misc.FrozenLayer",
                "\"@class\": ",
                "\n=== preprocessor.bin\n",
                "\n=== ../x\n",
                "updaterState.bin");
    }
}
