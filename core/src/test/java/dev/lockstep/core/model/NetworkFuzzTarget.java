package dev.lockstep.core.model;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.fuzz.FuzzFiles;
import dev.lockstep.core.fuzz.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Layers of any sizes on samples of any shape: planned, listed, and never a number that has overflowed. */
public final class NetworkFuzzTarget implements FuzzTarget {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
    private static final int MOST_DIMENSIONS = 20;

    @Override
    public String name() {
        return "network";
    }

    private static byte[] input(String shape, String layers) {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("shape", shape);
        files.put("layers", layers);
        return FuzzFiles.joinedTexts(files);
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                input("28 28", "[flatten, {dense: {units: 128, activation: relu}}, {dense: {units: 10}}]"),
                input(
                        "32 32 3",
                        "[{conv2d: {filters: 8, kernel_size: [3, 5], strides: 2, padding: same}}, batch_normalization,"
                                + " {max_pooling2d: {pool_size: 2, strides: [1, 2]}}, {average_pooling2d: {pool_size: 3}},"
                                + " flatten, {dropout: {rate: 0.5}}, {dense: {units: 3}}]"),
                input(
                        "64",
                        "[{reshape: {target_shape: [4, -1, 2]}}, {conv2d: {filters: 4, kernel_size: 1}},"
                                + " global_average_pooling2d, {activation: {activation: relu}}, {dense: {units: 1}}]"));
    }

    @Override
    public void read(byte[] input) {
        Map<String, byte[]> files = FuzzFiles.split(input);
        Shape shape = shape(files.getOrDefault("shape", new byte[0]));
        String layers = new String(files.getOrDefault("layers", new byte[0]), StandardCharsets.UTF_8);
        JobConfig job = JobFile.read(
                "name: n\ndata: {format: idx, directory: d}\ntraining: {loss: mse}\nmodel: {layers: " + layers + "}",
                "job.yaml",
                List.of(),
                Map.of());
        NetworkPlan plan;
        try {
            plan = NetworkPlan.of(job.model(), shape, job.training().loss());
        } catch (IllegalArgumentException documented) {
            return;
        }
        requireSane(plan);
        if (Summary.of(plan).isEmpty()) {
            throw new AssertionError("an empty summary");
        }
    }

    private static void requireSane(NetworkPlan plan) {
        long end = 0;
        for (ParameterBlock block : plan.blocks()) {
            if (block.offset() != end || block.length() <= 0) {
                throw new AssertionError("a block at " + block.offset() + " where " + end + " was expected");
            }
            end += block.length();
        }
        if (end != plan.parameterCount() || plan.trainableCount() > plan.parameterCount()) {
            throw new AssertionError(end + " parameters in blocks, " + plan.parameterCount() + " in all");
        }
        for (NetworkPlan.PlannedLayer layer : plan.layers()) {
            if (layer.input().size() <= 0 || layer.output().size() <= 0) {
                throw new AssertionError("a layer without values");
            }
        }
    }

    private static Shape shape(byte[] text) {
        List<Integer> sizes = new ArrayList<>();
        Matcher numbers = NUMBER.matcher(new String(text, StandardCharsets.UTF_8));
        while (sizes.size() < MOST_DIMENSIONS && numbers.find()) {
            sizes.add((int) Math.min(Integer.MAX_VALUE, Math.max(1, Long.parseLong(numbers.group()))));
        }
        return new Shape(sizes.isEmpty() ? List.of(1) : sizes);
    }

    @Override
    public List<String> words() {
        return List.of(
                "46341",
                "65536",
                "2147483647",
                "1073741824",
                "flatten, ",
                "{dense: {units: 65536}}, ",
                "{conv2d: {filters: 65536, kernel_size: 46341, padding: same}}, ",
                "{reshape: {target_shape: [-1]}}, ",
                "strides: 2147483647",
                "{input: {shape: [28, 28]}}, ",
                "batch_normalization, ");
    }
}
