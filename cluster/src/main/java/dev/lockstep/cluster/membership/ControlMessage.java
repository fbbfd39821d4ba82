package dev.lockstep.cluster.membership;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/** What coordinator and workers say to each other: JSON objects of these kinds and no others. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ControlMessage.Hello.class, name = "hello"),
    @JsonSubTypes.Type(value = ControlMessage.Welcome.class, name = "welcome"),
    @JsonSubTypes.Type(value = ControlMessage.Join.class, name = "join"),
    @JsonSubTypes.Type(value = ControlMessage.Formed.class, name = "formed"),
    @JsonSubTypes.Type(value = ControlMessage.Regroup.class, name = "regroup"),
    @JsonSubTypes.Type(value = ControlMessage.Heartbeat.class, name = "heartbeat"),
    @JsonSubTypes.Type(value = ControlMessage.Event.class, name = "event"),
    @JsonSubTypes.Type(value = ControlMessage.Stop.class, name = "stop"),
    @JsonSubTypes.Type(value = ControlMessage.Leave.class, name = "leave"),
    @JsonSubTypes.Type(value = ControlMessage.Left.class, name = "left"),
    @JsonSubTypes.Type(value = ControlMessage.Evicted.class, name = "evicted"),
    @JsonSubTypes.Type(value = ControlMessage.Ended.class, name = "ended"),
    @JsonSubTypes.Type(value = ControlMessage.AskTime.class, name = "ask_time"),
    @JsonSubTypes.Type(value = ControlMessage.Time.class, name = "time")
})
sealed interface ControlMessage {
    ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    /** A worker's first message: which rank it is, in which attempt of its task, in a run of how many. */
    record Hello(int rank, int attempt, int size) implements ControlMessage {}

    /** The coordinator accepts the worker. */
    record Welcome(boolean stopRequested) implements ControlMessage {}

    /** A worker wants to meet the others; its data port is there. It could not reach one of them the last time, or -1. */
    record Join(long lastAppliedStep, String host, int port, int unreached) implements ControlMessage {
        public Join {
            Place.require(host, port);
        }
    }

    /** All are there: where each rank's data port is, and whose state is the most advanced. */
    record Formed(long generation, List<Place> members, int sourceRank, long sourceStep) implements ControlMessage {
        public Formed {
            members = List.copyOf(members);
            Objects.checkIndex(sourceRank, members.size());
        }
    }

    /** Where a rank's data port is. */
    record Place(String host, int port) {
        private static final int LARGEST_PORT = 65_535;

        public Place {
            require(host, port);
        }

        static void require(String host, int port) {
            if (host.isBlank() || port < 0 || port > LARGEST_PORT) {
                throw new IllegalArgumentException("there is no port " + port + " of host \"" + host + '"');
            }
        }
    }

    /** The generation is broken: whoever is in it leaves it and joins again. */
    record Regroup(long generation, String reason) implements ControlMessage {}

    /** The worker is alive. */
    record Heartbeat() implements ControlMessage {}

    /** Something for the driver. */
    record Event(String json) implements ControlMessage {}

    /** The driver wants a stop at the next step boundary. */
    record Stop() implements ControlMessage {}

    /** The worker has finished. */
    record Leave() implements ControlMessage {}

    /** The driver has been told everything that the leaving worker published. */
    record Left() implements ControlMessage {}

    /** It is over for this worker, not for the others: it was too slow, or another has taken its place. */
    record Evicted(String reason) implements ControlMessage {}

    /** It is over: the attempt ended, or this worker was never wanted. */
    record Ended(String reason) implements ControlMessage {}

    /** What time is it at the driver? Anybody with the secret may ask, a member or not. */
    record AskTime() implements ControlMessage {}

    /** The driver's clock, in milliseconds since 1970. */
    record Time(long milliseconds) implements ControlMessage {}

    /** As sent. */
    default byte[] encode() {
        try {
            return MAPPER.writerFor(ControlMessage.class).writeValueAsBytes(this);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a control message cannot be written", impossible);
        }
    }

    /**
     * Reads a message.
     *
     * @throws IOException when it is none
     */
    static ControlMessage decode(byte[] bytes) throws IOException {
        ControlMessage message = MAPPER.readValue(bytes, ControlMessage.class);
        if (message == null) {
            throw new IOException("an empty control message");
        }
        return message;
    }
}
