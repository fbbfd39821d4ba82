package dev.lockstep.spark.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.config.KeptJob;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/**
 * The directory of a day: {@code run/}, {@code state.json} (what was decided so far, for the run that goes on after this
 * one was killed), {@code result.json} and {@code report.html}.
 *
 * @param date the day
 * @param directory its own
 */
record Day(LocalDate date, RunDirectory directory) {
    static final String RESULT = "result.json";
    static final String REPORT = "report.html";
    static final String RUN = "run";

    private static final String STATE = "state.json";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** The result of the last run of this day; empty when there was none. */
    Optional<ObjectNode> result() throws IOException {
        return read(RESULT);
    }

    /** How the day ended, if nothing more is to be done about it. */
    Optional<DayStatus> end() throws IOException {
        return result().flatMap(DayStatus::of).filter(DayStatus::isFinal);
    }

    /** What was decided so far. */
    ObjectNode state() throws IOException {
        return read(STATE).orElseGet(MAPPER::createObjectNode);
    }

    void writeState(ObjectNode state) throws IOException {
        directory.writeText(STATE, state.toPrettyString() + "\n");
    }

    void writeResult(ObjectNode result) throws IOException {
        directory.writeText(RESULT, KeptJob.masked(result).toPrettyString() + "\n");
    }

    /** Where the training of the day runs. */
    RunDirectory run() {
        return directory.directory(RUN);
    }

    /** Moves what is there into a sibling, so that the day begins anew. */
    Optional<String> moveAside(Instant now) throws IOException {
        return directory.moveAside(now);
    }

    private Optional<ObjectNode> read(String name) throws IOException {
        Optional<String> text = directory.readText(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            if (MAPPER.readTree(text.get()) instanceof ObjectNode node) {
                return Optional.of(node);
            }
        } catch (JsonProcessingException e) {
            throw damaged(name, e.getOriginalMessage());
        }
        throw damaged(name, "no JSON object");
    }

    private LockstepException damaged(String name, String why) {
        return new LockstepException(
                ExitCode.MODEL, directory.resolve(name) + " is damaged: " + why + "; begin the day anew with --again");
    }
}
