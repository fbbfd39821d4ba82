package dev.lockstep.spark.pipeline;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.evaluation.Metric;
import dev.lockstep.core.schema.SimilarNames;
import dev.lockstep.spark.pipeline.PipelineEngine.JobOrder;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The job of a day: the job file with the day's keys.
 *
 * @param spec the pipeline's
 * @param date the day
 * @param base a model that the training begins with; null for none
 */
record DayJob(PipelineSpec spec, LocalDate date, @Nullable String base) {
    /** What an evaluation has whether or not the job asks for it. */
    private static final List<String> ALWAYS_THERE = List.of("loss", "samples", "accuracy", "mae");

    /** Of these less is better. */
    private static final Set<String> LESS_IS_BETTER = Set.of("loss", "mae", "rmse");

    /** Where the data of the day are. */
    String data() {
        return Placeholders.fill(spec.data().path(), date, null);
    }

    /** What is trained. */
    JobOrder training() {
        List<String> overrides = filled(spec.train().set());
        if (base != null) {
            overrides.add("model.initial_weights='" + base.replace("'", "''") + "'");
        }
        return new JobOrder(spec.job(), overrides);
    }

    /** What the models are judged by. */
    JobOrder evaluation() {
        List<String> overrides = filled(spec.train().set());
        overrides.addAll(filled(spec.evaluate().set()));
        return new JobOrder(spec.job(), overrides);
    }

    private List<String> filled(List<String> set) {
        List<String> overrides = new ArrayList<>();
        set.forEach(override -> overrides.add(Placeholders.fill(override, date, data())));
        return overrides;
    }

    /**
     * Finds out before anything is trained what would only show at the end.
     *
     * @throws LockstepException with {@link ExitCode#USAGE}
     */
    void require(PipelineEngine engine) {
        JobConfig job = engine.job(training());
        String checkpoints = job.checkpoint().directory();
        JobConfig other = engine.job(new DayJob(spec, date.minusDays(1), base).training());
        if (checkpoints != null
                && Objects.equals(checkpoints, other.checkpoint().directory())) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    spec.job() + ": checkpoint.directory: expected a directory for each day, found " + checkpoints
                            + " for all of them; leave it out, or set it in train.set with {date} in it");
        }
        JobConfig judged = engine.job(evaluation());
        Set<String> known = new LinkedHashSet<>(ALWAYS_THERE);
        judged.training().metrics().forEach(metric -> known.add(metric.key()));
        for (GateRuleSpec rule : spec.gate()) {
            if (rule.figure().indexOf('.') < 0 && !known.contains(rule.figure())) {
                String nearest = SimilarNames.nearest(rule.figure(), known);
                throw new LockstepException(
                        ExitCode.USAGE,
                        "gate: expected a figure out of " + String.join(", ", known) + ", found \"" + rule.figure()
                                + '"' + (nearest == null ? "" : "; did you mean \"" + nearest + "\"?")
                                + " Other metrics: training.metrics of " + spec.job());
            }
        }
    }

    /** The direction that a figure has by itself. */
    Predicate<String> higherIsBetter(PipelineEngine engine) {
        List<Metric> metrics = engine.job(evaluation()).training().metrics();
        return figure -> metrics.stream()
                .filter(metric -> metric.key().equals(figure))
                .findFirst()
                .map(Metric::higherIsBetter)
                .orElse(!LESS_IS_BETTER.contains(figure));
    }
}
