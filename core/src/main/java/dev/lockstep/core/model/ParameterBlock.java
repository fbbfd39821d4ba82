package dev.lockstep.core.model;

/**
 * Where one parameter array lies in the flat vector.
 *
 * @param layer the layer's name
 * @param spec what the array is
 * @param offset of its first value
 */
public record ParameterBlock(String layer, ParameterSpec spec, int offset) {
    /** How many values it has. */
    public int length() {
        return spec.shape().size();
    }

    /** One past its last value. */
    public int end() {
        return offset + length();
    }
}
