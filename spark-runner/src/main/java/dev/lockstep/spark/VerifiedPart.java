package dev.lockstep.spark;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checkpoint.Manifest;
import dev.lockstep.spark.cli.Figures;
import org.jspecify.annotations.Nullable;

/**
 * One thing that {@code verify} looked at.
 *
 * @param kind {@code job}, {@code checkpoint}, {@code model} or {@code debris}
 * @param name of the file or directory
 * @param manifest what it says of itself; null where there is none or it cannot be read
 * @param problem what is wrong with it; null for nothing
 */
record VerifiedPart(String kind, String name, @Nullable Manifest manifest, @Nullable String problem) {
    boolean sound() {
        return problem == null;
    }

    String line() {
        if (problem != null) {
            return "DAMAGED  " + name + ": " + problem.replaceFirst("^damaged: ", "");
        }
        if (kind.equals("debris")) {
            return "debris   " + name + ": left by a writer that died; nobody reads it, the next writer removes it";
        }
        return "ok       " + name
                + (manifest == null
                        ? ""
                        : ": step " + manifest.step() + ", " + manifest.files().size() + " files, "
                                + Figures.bytes(manifest.totalBytes()) + ", format " + manifest.formatVersion()
                                + ", fencing number " + manifest.fencingNumber());
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("kind", kind).put("name", name).put("sound", sound()).put("problem", problem);
        if (manifest != null) {
            json.put("step", manifest.step())
                    .put("bytes", manifest.totalBytes())
                    .put("files", manifest.files().size())
                    .put("format_version", manifest.formatVersion())
                    .put("fencing_number", manifest.fencingNumber())
                    .put("run_id", manifest.runId());
        }
        return json;
    }
}
