package dev.lockstep.spark.pipeline;

import dev.lockstep.cluster.storage.RunDirectory;
import java.time.Clock;
import java.time.LocalDate;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What a pipeline works with.
 *
 * @param spec its file
 * @param directory its own
 * @param models where it publishes
 * @param engine trains and evaluates
 * @param places looks for data, deletes what is old
 * @param dataWait waits for data; its deadline counts from the start of the command
 * @param clock says which day it is
 * @param fencing the number to write under; throws when the pipeline's lease is lost
 * @param terminal takes lines for people
 */
record PipelineContext(
        PipelineSpec spec,
        RunDirectory directory,
        PublishedModels models,
        PipelineEngine engine,
        HadoopPlaces places,
        DataWait dataWait,
        Clock clock,
        LongSupplier fencing,
        Consumer<String> terminal) {
    private static final String DAYS = "days";
    private static final String LOGS = "logs";

    RunDirectory days() {
        return directory.directory(DAYS);
    }

    RunDirectory logs() {
        return directory.directory(LOGS);
    }

    Day day(LocalDate date) {
        return new Day(date, days().directory(date.toString()));
    }

    /** The newest day there is. */
    LocalDate newestDay() {
        return LocalDate.now(clock.withZone(spec.schedule().zone()))
                .minusDays(spec.schedule().daysBack());
    }
}
