package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StragglerLogTest {
    private final List<String> warnings = new ArrayList<>();
    private final AtomicLong clock = new AtomicLong(-5);
    private final StragglerLog log = new StragglerLog(warnings::add, clock::get);

    private static ObjectNode epoch(int number, double lost) {
        ObjectNode event = JsonNodeFactory.instance.objectNode().put("epoch", number);
        event.putArray("lost_seconds").add(0.0).add(lost);
        event.putArray("stragglers")
                .addObject()
                .put("rank", 1)
                .put("lost_seconds", lost)
                .put("times_slower", 10.24);
        return event;
    }

    @Test
    void aStragglerIsNamedAtMostOnceAMinuteWithAllThatWasLostToIt() {
        for (int epoch = 1; epoch <= 4; epoch++) {
            log.epochEnded(epoch(epoch, 1.5), rank -> "rank " + rank + " (executor 3 on host-b)");
            clock.addAndGet(TimeUnit.SECONDS.toNanos(25));
        }
        assertThat(warnings).hasSize(2);
        assertThat(warnings.get(0))
                .startsWith(
                        "rank 1 (executor 3 on host-b) was 10.2 times slower than the others in epoch 1: they waited"
                                + " 1.5 s for it in this epoch, 1.5 s since the start.");
        assertThat(warnings.get(1)).contains("in epoch 4", "6.0 s since the start", "cluster.straggler_factor");
    }

    @Test
    void anEpochWithoutStragglersWarnsOfNobody() {
        ObjectNode event = JsonNodeFactory.instance.objectNode().put("epoch", 1);
        log.epochEnded(event, rank -> "rank " + rank);
        assertThat(warnings).isEmpty();
    }
}
