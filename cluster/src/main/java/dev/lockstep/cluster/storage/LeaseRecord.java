package dev.lockstep.cluster.storage;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * What a lease file says.
 *
 * @param owner the process that holds it
 * @param id random, one for each holder
 * @param fencingNumber grows with every holder
 * @param renewals so that every renewal changes the file
 * @param renewedAt by the owner's clock; for people, never compared
 * @param released whether the owner gave it back
 */
record LeaseRecord(
        ProcessIdentity owner, String id, long fencingNumber, long renewals, Instant renewedAt, boolean released) {
    private static final int LIMIT_BYTES = 64 << 10;
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(8)
                    .maxStringLength(4096)
                    .maxNumberLength(32)
                    .build())
            .build());

    LeaseRecord renewed(Instant now) {
        return new LeaseRecord(owner, id, fencingNumber, renewals + 1, now, false);
    }

    LeaseRecord underNumber(long number) {
        return new LeaseRecord(owner, id, number, renewals, renewedAt, false);
    }

    LeaseRecord givenBack(Instant now) {
        return new LeaseRecord(owner, id, fencingNumber, renewals + 1, now, true);
    }

    byte[] toJson() throws IOException {
        ObjectNode tree = MAPPER.createObjectNode();
        tree.put("host", owner.host())
                .put("machine", owner.machine())
                .put("pid", owner.pid())
                .put("process_started", owner.started())
                .put("id", id)
                .put("fencing_number", fencingNumber)
                .put("renewals", renewals)
                .put("renewed_at", renewedAt.toString())
                .put("released", released);
        return MAPPER.writeValueAsBytes(tree);
    }

    /** Empty for a file that is not a whole lease, such as one that is being created. */
    static Optional<LeaseRecord> parse(byte[] json) {
        if (json.length > LIMIT_BYTES) {
            return Optional.empty();
        }
        try {
            JsonNode tree = MAPPER.readTree(json);
            ProcessIdentity owner = new ProcessIdentity(
                    tree.required("host").asText(),
                    tree.required("machine").asText(),
                    tree.required("pid").asLong(),
                    tree.required("process_started").asText());
            return Optional.of(new LeaseRecord(
                    owner,
                    tree.required("id").asText(),
                    tree.required("fencing_number").asLong(),
                    tree.required("renewals").asLong(),
                    Instant.parse(tree.required("renewed_at").asText()),
                    tree.required("released").asBoolean()));
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }
}
