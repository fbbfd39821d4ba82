package dev.lockstep.core.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checkpoint.Checkpoint;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.monitor.FigureWatch;
import dev.lockstep.core.monitor.Monitored;
import java.util.Arrays;
import java.util.SortedMap;

/**
 * A watch over a figure with the parameters of its best epoch, all of the flat vector: running statistics, too. Belongs
 * to checkpoints, and a worker that comes back takes it from the others.
 */
final class WatchedModel {
    private final String name;
    private final FigureWatch watch;
    private final float[] kept;

    /**
     * @param name in checkpoints and events
     * @param keptLength length of the flat vector; 0 when no parameters are kept
     */
    WatchedModel(String name, Monitored figure, double minDelta, int keptLength) {
        this.name = name;
        this.watch = new FigureWatch(figure, minDelta);
        this.kept = new float[keptLength];
    }

    FigureWatch watch() {
        return watch;
    }

    /** Whether there are parameters of a best epoch. */
    boolean hasParameters() {
        return kept.length > 0 && watch.hasBest();
    }

    /** The parameters of the best epoch, live. */
    float[] parameters() {
        return kept;
    }

    /** Looks at an epoch that is over; one without the figure changes nothing. */
    void observe(JsonNode value, int epoch, long step, float[] parameters) {
        if (value.isNumber() && watch.observe(value.doubleValue(), epoch, step)) {
            System.arraycopy(parameters, 0, kept, 0, kept.length);
        }
    }

    /** What is told with the epoch. */
    ObjectNode describe(ObjectNode event) {
        ObjectNode told = event.putObject(name);
        told.put("monitor", watch.figure().key());
        told.put("best", watch.best());
        told.put("best_epoch", watch.epoch());
        return told;
    }

    void writeTo(ObjectNode position, SortedMap<String, float[]> tensors) {
        ObjectNode state = position.putObject(name);
        state.put("monitor", watch.figure().key());
        ArrayNode memory = state.putArray("memory");
        for (double value : watch.memory()) {
            memory.add(value);
        }
        if (hasParameters()) {
            tensors.put(tensor(), kept.clone());
        }
    }

    /** Takes the memory of a checkpoint; where that watched another figure, or none, this one begins anew. */
    void readFrom(Checkpoint checkpoint) {
        JsonNode state = checkpoint.state().path(name);
        JsonNode memory = state.path("memory");
        float[] parameters = checkpoint.tensors().get(tensor());
        boolean seen = memory.path(0).asDouble() > 0;
        boolean complete = kept.length == 0 || !seen || (parameters != null && parameters.length == kept.length);
        if (!state.path("monitor").asText().equals(watch.figure().key())
                || memory.size() != FigureWatch.LENGTH
                || !complete) {
            Arrays.fill(watch.memory(), 0);
            return;
        }
        Arrays.setAll(watch.memory(), i -> memory.get(i).doubleValue());
        if (kept.length > 0 && parameters != null) {
            System.arraycopy(parameters, 0, kept, 0, kept.length);
        }
    }

    private String tensor() {
        return name + ".parameters";
    }

    void broadcast(ProcessGroup group, int root) {
        group.broadcast(watch.memory(), watch.memory().length, root);
        if (hasParameters()) {
            group.broadcast(kept, kept.length, root);
        }
    }
}
