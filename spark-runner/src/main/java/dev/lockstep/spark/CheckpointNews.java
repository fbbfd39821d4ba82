package dev.lockstep.spark;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checkpoint.CheckpointEvent;

/** What happened to a checkpoint, as an event of {@code metrics.jsonl}. */
final class CheckpointNews {
    private CheckpointNews() {}

    static ObjectNode of(CheckpointEvent event) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (event instanceof CheckpointEvent.Written written) {
            json.put("event", "checkpoint");
            json.put("step", written.step());
            json.put("directory", written.directory());
            json.put("seconds", written.seconds());
            json.put("bytes", written.bytes());
        } else if (event instanceof CheckpointEvent.Failed failed) {
            json.put("event", "checkpoint_failed");
            json.put("step", failed.step());
            json.put("attempt", failed.attempt());
            json.put("reason", failed.reason());
            json.put("retry_in_seconds", failed.retryInSeconds());
        } else if (event instanceof CheckpointEvent.Damaged damaged) {
            json.put("event", "checkpoint_damaged");
            json.put("step", damaged.step());
            json.put("directory", damaged.directory());
            json.put("reason", damaged.reason());
        } else if (event instanceof CheckpointEvent.PruneFailed prune) {
            json.put("event", "checkpoint_prune_failed");
            json.put("step", prune.step());
            json.put("reason", prune.reason());
        }
        return json;
    }
}
