package dev.lockstep.spark.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.spark.cli.FailureReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.Optional;

/**
 * One day: wait for its data, train, judge, publish. What was decided is kept on the way, so that the same command goes on
 * after a kill: the training from its checkpoint, the publication without a second judgement.
 */
final class DayRun {
    private static final String GATE = "gate";
    private static final String BASE = "base";
    private static final String VERSION = "version";
    private static final String EVALUATION = "evaluation";

    private final PipelineContext context;
    private final PipelineSpec spec;
    private final Day day;
    private final boolean patiently;

    /** @param patiently whether data that are not there are waited for */
    DayRun(PipelineContext context, Day day, boolean patiently) {
        this.context = context;
        this.spec = context.spec();
        this.day = day;
        this.patiently = patiently;
    }

    /**
     * Works on the day, unless it is finished.
     *
     * @param again begins anew although it may be finished
     * @return the exit code
     */
    int run(boolean again) {
        try (DayLog log = DayLog.open(context.logs(), day.date(), context.clock(), context.terminal())) {
            if (again) {
                day.moveAside(context.clock().instant())
                        .ifPresent(place -> log.say("begun anew; what was is kept in " + place));
            }
            Optional<DayStatus> end = day.end();
            if (end.isPresent()) {
                return done(end.get(), log);
            }
            day.directory().make();
            return begin(log);
        } catch (IOException e) {
            throw new UncheckedIOException(day.directory().location(), e);
        }
    }

    private int done(DayStatus end, DayLog log) throws IOException {
        ObjectNode result = day.result().orElseThrow();
        log.say(day.date() + " is finished already (" + end.text() + "): nothing changes. "
                + result.path("message").asText());
        new DayEnd(context, day, log).callHookIfDue(result);
        return end == DayStatus.PUBLISHED ? ExitCode.COMPLETED.number() : ExitCode.REFUSED.number();
    }

    private int begin(DayLog log) throws IOException {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("pipeline", spec.name()).put("date", day.date().toString());
        result.put("started", context.clock().instant().toString());
        int code;
        try {
            log.say("Pipeline " + spec.name() + ", " + day.date());
            work(result, log);
            code = DayStatus.of(result).orElseThrow() == DayStatus.PUBLISHED
                    ? ExitCode.COMPLETED.number()
                    : ExitCode.REFUSED.number();
        } catch (RuntimeException failure) {
            FailureReport report = FailureReport.of(failure, false);
            code = report.exitCode();
            result.put("status", DayStatus.ofFailure(code).text());
            result.put("message", report.text().replaceFirst("^lockstep: ", ""));
            FailureReport.of(failure, true).text().lines().forEach(log::note);
        }
        new DayEnd(context, day, log).of(result, code);
        return code;
    }

    private void work(ObjectNode result, DayLog log) throws IOException {
        ObjectNode state = day.state();
        chooseBase(state);
        String base = state.path(BASE).asText();
        DayJob job = new DayJob(
                spec, day.date(), base.isEmpty() ? null : context.models().location(base));
        result.put("data", job.data());
        // A mistake in a file is told before the data are waited for.
        job.require(context.engine());
        context.dataWait().await(job.data(), patiently, log::say);
        log.say("the data are there: " + job.data());
        day.writeState(state);
        train(job, base, result, log);
        if (!state.path(GATE).isObject()) {
            judge(job, state, log);
            if (state.path(GATE).path("passed").asBoolean()) {
                state.put(VERSION, context.models().freeName(day.date()));
            }
            var unused = context.fencing().getAsLong();
            day.writeState(state);
        }
        result.set(EVALUATION, state.path(EVALUATION));
        result.set(GATE, state.path(GATE));
        if (state.path(GATE).path("passed").asBoolean()) {
            publish(state.path(VERSION).asText(), result, log);
        } else {
            refuse(state, result);
        }
    }

    /** Once for all runs of the day: a rollback between them must not change what the training began with. */
    private void chooseBase(ObjectNode state) throws IOException {
        if (!state.has(BASE)) {
            boolean warm = spec.train().start() == StartFrom.CURRENT;
            state.put(
                    BASE,
                    warm
                            ? context.models()
                                    .pointer()
                                    .map(VersionPointer::current)
                                    .orElse("")
                            : "");
        }
    }

    private void train(DayJob job, String base, ObjectNode result, DayLog log) {
        String run = day.run().location();
        ObjectNode training = result.putObject("training");
        training.put("run", run).put("base", base.isEmpty() ? null : base);
        log.say("training in " + run + (base.isEmpty() ? "" : ", from the parameters of " + base));
        ObjectNode trained = context.engine().train(job.training(), run);
        for (String key : new String[] {
            "status", "epochs", "steps", "parameters", "parameters_sha256", "worker_rejoins", "restarts", "wall_seconds"
        }) {
            copy(trained, key, training, key);
        }
        log.say("trained: " + trained.path("epochs").asText() + " epochs, "
                + trained.path("steps").asText() + " steps, parameters "
                + trained.path("parameters_sha256").asText());
    }

    /** Both models on the same samples; a gate without rules asks for no samples. */
    private void judge(DayJob job, ObjectNode state, DayLog log) throws IOException {
        JsonNode candidate = JsonNodeFactory.instance.objectNode();
        JsonNode current = null;
        ObjectNode evaluation = state.putObject(EVALUATION);
        if (!spec.gate().isEmpty()) {
            candidate = evaluate(job, day.run().location(), "candidate");
            evaluation.set("candidate", candidate);
            Optional<VersionPointer> pointer = context.models().pointer();
            if (pointer.isPresent()) {
                String version = pointer.get().current();
                current = evaluate(job, context.models().location(version), "current");
                evaluation.put("current_version", version);
                evaluation.set("current", current);
            }
        }
        GateVerdict verdict = GateVerdict.of(spec.gate(), candidate, current, job.higherIsBetter(context.engine()));
        verdict.lines().forEach(line -> log.say((line.passed() ? "passed: " : "NOT passed: ") + line.sentence()));
        state.set(GATE, verdict.json());
        state.put("objections", String.join("; ", verdict.objections()));
    }

    private ObjectNode evaluate(DayJob job, String model, String which) throws IOException {
        String workplace = day.directory().resolve(EVALUATION + "-" + which);
        // Samples that a dead run left half packed, or of data that were replaced, are none.
        context.places().delete(workplace);
        ObjectNode figures = context.engine().evaluate(job.evaluation(), model, workplace);
        context.places().delete(workplace);
        return figures;
    }

    private void refuse(ObjectNode state, ObjectNode result) {
        result.put("status", DayStatus.REFUSED.text());
        result.put(
                "message",
                "not published: " + state.path("objections").asText()
                        + ". What was current is current; once data or job are mended, --date " + day.date()
                        + " --again trains the day anew");
    }

    private void publish(String version, ObjectNode result, DayLog log) {
        PublishedModels models = context.models();
        ObjectNode publication = result.putObject("publication");
        publication.put(VERSION, version).put("model", models.location(version));
        boolean moved = models.exclusively(() -> {
            try {
                models.write(version, day.run(), description(version, result), context.fencing());
                Optional<String> before = models.pointer().map(VersionPointer::current);
                publication.put(
                        "previous", before.filter(name -> !name.equals(version)).orElse(null));
                boolean newest = before.map(DayRun::dayOf).stream().noneMatch(of -> of.isAfter(day.date()));
                if (newest) {
                    models.makeCurrent(version);
                }
                models.prune(spec.keep().versions()).forEach(old -> log.say("removed the old version " + old));
                return newest;
            } catch (IOException e) {
                throw new UncheckedIOException("publishing " + models.location(version), e);
            }
        });
        publication.put("current", models.pointerLocation()).put("moved", moved);
        result.put("status", DayStatus.PUBLISHED.text());
        result.put(
                "message",
                moved
                        ? "published as " + models.location(version) + ", which " + models.pointerLocation() + " names"
                        : "kept as " + models.location(version) + "; the model of a later day stays current");
    }

    /** Of a version that somebody gave a name of his own, no day is known. */
    private static LocalDate dayOf(String version) {
        String day = version.substring(0, Math.min(10, version.length()));
        return ScheduleSpec.isDate(day) ? LocalDate.parse(day) : LocalDate.MIN;
    }

    private ObjectNode description(String version, ObjectNode result) {
        ObjectNode description = JsonNodeFactory.instance.objectNode();
        description
                .put(VERSION, version)
                .put("pipeline", spec.name())
                .put("date", day.date().toString());
        description.put("written", context.clock().instant().toString());
        copy(result, "training", description, "training");
        copy(result.path(EVALUATION), "candidate", description, "figures");
        return description;
    }

    private static void copy(JsonNode from, String key, ObjectNode to, String name) {
        JsonNode value = from.get(key);
        if (value != null) {
            to.set(name, value);
        }
    }
}
