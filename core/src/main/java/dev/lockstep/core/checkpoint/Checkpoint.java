package dev.lockstep.core.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Everything that a run needs to go on. The caller hands over the tree and the arrays and does not change them any more.
 *
 * @param step the last applied step; 0 before the first
 * @param state belongs to the trainer: position, totals, seed ...; opaque here
 * @param tensors float32 arrays by name, such as {@code parameters}, {@code optimizer}, {@code residual.0}
 */
public record Checkpoint(long step, ObjectNode state, SortedMap<String, float[]> tensors) {
    private static final Pattern TENSOR_NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");

    /** @throws IllegalArgumentException for a negative step, a tensor name that cannot be a file's, NaN in the state */
    public Checkpoint {
        if (step < 0) {
            throw new IllegalArgumentException("expected a step from 0, found " + step);
        }
        StrictJson.requireFinite("", state);
        tensors = Collections.unmodifiableSortedMap(new TreeMap<>(tensors));
        for (String name : tensors.keySet()) {
            if (!TENSOR_NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        String.format(Locale.ROOT, "expected a tensor name like %s, found \"%s\"", TENSOR_NAME, name));
            }
        }
    }

    /**
     * A tensor by name.
     *
     * @throws IllegalArgumentException naming those that there are
     */
    public float[] tensor(String name) {
        float[] values = tensors.get(name);
        if (values == null) {
            throw new IllegalArgumentException(
                    "no tensor \"" + name + "\" in the checkpoint of step " + step + ", which has " + tensors.keySet());
        }
        return values;
    }
}
