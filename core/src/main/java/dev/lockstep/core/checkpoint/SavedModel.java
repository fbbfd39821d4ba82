package dev.lockstep.core.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A trained network: its description, which belongs to the caller, and its flat parameters. */
public final class SavedModel {
    private final long step;
    private final ObjectNode description;
    private final float[] parameters;

    /**
     * @param step the last applied step
     * @param description job, input shape, class count ...; opaque here
     * @param parameters the flat vector; handed over, not copied
     */
    public SavedModel(long step, ObjectNode description, float[] parameters) {
        StrictJson.requireFinite("", description);
        this.step = step;
        this.description = description;
        this.parameters = parameters;
    }

    /** The last applied step. */
    public long step() {
        return step;
    }

    /** Job, input shape, class count ...; opaque here. */
    public ObjectNode description() {
        return description;
    }

    /** The flat parameter vector, live. */
    public float[] parameters() {
        return parameters;
    }
}
