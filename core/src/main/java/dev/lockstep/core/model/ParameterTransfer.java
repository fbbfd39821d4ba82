package dev.lockstep.core.model;

import dev.lockstep.core.data.Shape;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes the parameters of a saved model into a network, layer by layer, by name and shape: all of them, which then have
 * to be the same in both, or those of some layers.
 */
public final class ParameterTransfer {
    private final NetworkPlan saved;
    private final NetworkPlan model;
    private final List<String> layers;

    /**
     * From one network to another.
     *
     * @param layers names of the layers to take; empty for all
     */
    public ParameterTransfer(NetworkPlan saved, NetworkPlan model, List<String> layers) {
        this.saved = saved;
        this.model = model;
        this.layers = List.copyOf(layers);
    }

    /** What does not fit, a line for each, such as {@code layer 2 "dense": saved 128x64, model 128x32}. */
    public List<String> mismatches() {
        Set<String> names = new LinkedHashSet<>(layers);
        if (layers.isEmpty()) {
            model.layers().forEach(layer -> names.add(layer.name()));
            saved.layers().forEach(layer -> names.add(layer.name()));
        }
        List<String> mismatches = new ArrayList<>();
        for (String name : names) {
            compare(described(name), layer(saved, name), layer(model, name), mismatches);
        }
        return mismatches;
    }

    private static void compare(
            String layer, @Nullable PlannedLayer from, @Nullable PlannedLayer to, List<String> mismatches) {
        Set<String> parameters = new LinkedHashSet<>();
        addNames(to, parameters);
        addNames(from, parameters);
        for (String parameter : parameters) {
            String before = shape(from, parameter);
            String after = shape(to, parameter);
            if (!before.equals(after)) {
                String which = parameter.equals("kernel") ? "" : " " + parameter;
                mismatches.add(layer + which + ": saved " + before + ", model " + after);
            }
        }
    }

    /** With its place in the job file's list where it has one. */
    private String described(String name) {
        for (int i = 0; i < model.layers().size(); i++) {
            if (model.layers().get(i).name().equals(name)) {
                return "layer " + i + " \"" + name + '"';
            }
        }
        return "layer \"" + name + '"';
    }

    private static void addNames(@Nullable PlannedLayer layer, Set<String> names) {
        if (layer != null) {
            layer.blocks().forEach(block -> names.add(block.spec().name()));
        }
    }

    private static String shape(@Nullable PlannedLayer layer, String parameter) {
        ParameterBlock block = layer == null ? null : block(layer, parameter);
        return block == null ? "none" : text(block.spec().shape());
    }

    private static String text(Shape shape) {
        return shape.dimensions().stream().map(String::valueOf).collect(Collectors.joining("x"));
    }

    private static @Nullable PlannedLayer layer(NetworkPlan plan, String name) {
        return plan.layers().stream()
                .filter(layer -> layer.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable ParameterBlock block(PlannedLayer layer, String parameter) {
        return layer.blocks().stream()
                .filter(block -> block.spec().name().equals(parameter))
                .findFirst()
                .orElse(null);
    }

    /**
     * Requires that all fits.
     *
     * @param where what was saved, for the message
     * @throws LockstepException listing all that does not fit
     */
    public void requireFits(String where) {
        List<String> mismatches = mismatches();
        if (!mismatches.isEmpty()) {
            throw new LockstepException(
                    ExitCode.MODEL,
                    "model.initial_weights: " + where + " holds another network:\n  "
                            + String.join("\n  ", mismatches)
                            + "\nmake these layers the same, or name those to take in model.initial_layers");
        }
    }

    /**
     * Copies the parameters of the layers; all others stay as they are.
     *
     * @param from the saved flat vector
     * @param to the network's
     */
    public void copy(float[] from, float[] to) {
        for (ParameterBlock target : model.blocks()) {
            if (layers.isEmpty() || layers.contains(target.layer())) {
                PlannedLayer layer = layer(saved, target.layer());
                ParameterBlock source =
                        layer == null ? null : block(layer, target.spec().name());
                if (source == null
                        || !source.spec().shape().equals(target.spec().shape())) {
                    throw new IllegalStateException("ask for mismatches first: " + mismatches());
                }
                System.arraycopy(from, source.offset(), to, target.offset(), target.length());
            }
        }
    }
}
