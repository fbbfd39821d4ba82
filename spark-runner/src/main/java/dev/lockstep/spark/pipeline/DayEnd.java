package dev.lockstep.spark.pipeline;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.config.KeptJob;
import dev.lockstep.spark.report.PipelinePage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is left of a day, however it ended: result, report, the hook's call; and what is too old goes. */
final class DayEnd {
    private static final Logger LOG = LoggerFactory.getLogger(DayEnd.class);
    private static final String EVENTS = "events";

    /** In a result that is written before the hook is called. */
    private static final String HOOK_DUE = "hook_due";

    private final PipelineContext context;
    private final PipelineSpec spec;
    private final Day day;
    private final DayLog log;

    DayEnd(PipelineContext context, Day day, DayLog log) {
        this.context = context;
        this.spec = context.spec();
        this.day = day;
        this.log = log;
    }

    /** Writes what is left, calls the hook, removes what is old. */
    void of(ObjectNode result, int exitCode) throws IOException {
        Instant now = context.clock().instant();
        result.put("exit_code", exitCode);
        result.put("finished", now.toString());
        result.put(
                "seconds",
                Duration.between(Instant.parse(result.path("started").asText()), now)
                                .toMillis()
                        / 1e3);
        result.put("report", day.directory().resolve(Day.REPORT));
        boolean over = DayStatus.of(result).filter(DayStatus::isFinal).isPresent();
        String status = result.path("status").asText();
        log.say((over ? "" : status + ": ") + result.path("message").asText());
        ArrayNode events = result.putArray(EVENTS);
        log.entries().forEach(entry -> add(entry, events));
        if (command(result) != null) {
            result.put(HOOK_DUE, true);
        }
        write(result);
        callHookIfDue(result);
        removeOld();
    }

    private static void add(DayLog.Entry entry, ArrayNode events) {
        events.addObject().put("time", entry.time()).put("text", entry.text());
    }

    private @Nullable String command(ObjectNode result) {
        DayStatus status = DayStatus.of(result).orElse(DayStatus.FAILED);
        if (status == DayStatus.STOPPED) {
            return null;
        }
        return status == DayStatus.PUBLISHED
                ? spec.hooks().success()
                : spec.hooks().failure();
    }

    private void write(ObjectNode result) throws IOException {
        var unused = context.fencing().getAsLong();
        day.writeResult(result);
        try {
            day.directory().writeText(Day.REPORT, PipelinePage.of(KeptJob.masked(result)));
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} could not be made: {}", day.directory().resolve(Day.REPORT), e.toString());
        }
    }

    /**
     * Calls the hook of a result that says so: a run that was killed in between calls it late, or a second time, but never
     * not at all.
     */
    void callHookIfDue(ObjectNode result) throws IOException {
        String command = command(result);
        if (command == null || !result.path(HOOK_DUE).asBoolean()) {
            return;
        }
        Hook.Outcome outcome = Hook.run(command, environment(result), Duration.ofMillis((long)
                (spec.hooks().timeoutSeconds() * 1000)));
        log.say("the hook " + outcome.sentence() + (outcome.output().isEmpty() ? "" : ": " + outcome.output()));
        add(log.entries().get(log.entries().size() - 1), result.withArray(EVENTS));
        result.remove(HOOK_DUE);
        result.putObject("hook")
                .put("of", command.equals(spec.hooks().success()) ? "success" : "failure")
                .put("exit_code", outcome.exitCode())
                .put("timed_out", outcome.timedOut())
                .put("seconds", outcome.seconds())
                .put("output", outcome.output());
        write(result);
    }

    private Map<String, String> environment(ObjectNode result) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("LOCKSTEP_PIPELINE", spec.name());
        environment.put("LOCKSTEP_DATE", day.date().toString());
        environment.put("LOCKSTEP_STATUS", result.path("status").asText());
        environment.put("LOCKSTEP_EXIT_CODE", result.path("exit_code").asText());
        environment.put(
                "LOCKSTEP_MESSAGE", KeptJob.masked(result.path("message").asText()));
        environment.put("LOCKSTEP_RESULT", day.directory().resolve(Day.RESULT));
        environment.put("LOCKSTEP_REPORT", day.directory().resolve(Day.REPORT));
        environment.put("LOCKSTEP_CURRENT", context.models().pointerLocation());
        environment.put(
                "LOCKSTEP_VERSION", result.path("publication").path("version").asText());
        return environment;
    }

    /** Trouble with it is told and no more: the day is over. */
    private void removeOld() {
        try {
            List<String> dates = context.days().list().stream()
                    .filter(name -> name.length() >= 10 && ScheduleSpec.isDate(name.substring(0, 10)))
                    .toList();
            List<String> days =
                    dates.stream().map(name -> name.substring(0, 10)).distinct().toList();
            List<String> old =
                    days.subList(0, Math.max(0, days.size() - spec.keep().runs()));
            for (String name : dates) {
                String date = name.substring(0, 10);
                if (old.contains(date) && !date.equals(day.date().toString())) {
                    context.places().delete(context.days().resolve(name) + "/" + Day.RUN);
                }
            }
            // By its age, not by its day: a day of long ago may have been worked on just now.
            Instant oldest =
                    context.clock().instant().minus(Duration.ofDays(spec.keep().logDays()));
            for (String name : DayLog.ofDays(context.logs().list())) {
                String log = context.logs().resolve(name);
                if (context.places().modified(log).isBefore(oldest)) {
                    context.places().delete(log);
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("What is old is not removed: {}", e.toString());
        }
    }
}
