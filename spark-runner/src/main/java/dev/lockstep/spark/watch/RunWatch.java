package dev.lockstep.spark.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.config.JobConfig;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Lets people watch a run: says at the start where Spark shows it, has the figures of its events in Spark's metrics system
 * while it lasts, and tells the display how long it will take.
 */
public final class RunWatch implements Consumer<ObjectNode>, AutoCloseable {
    private final Consumer<ObjectNode> display;
    private final Course course;
    private final TrainingSource source;
    private final RegisteredSource registered;

    private RunWatch(JobConfig job, int workers, Consumer<ObjectNode> display) {
        this.display = display;
        this.course = new Course(workers, System::nanoTime);
        this.source = new TrainingSource(job.training().metrics(), workers);
        this.registered = RegisteredSource.register(source);
    }

    /**
     * Begins to watch.
     *
     * @param workers that the run is meant to have
     * @param display takes every event after the metrics
     */
    public static RunWatch open(JavaSparkContext spark, JobConfig job, int workers, Consumer<ObjectNode> display) {
        Application.of(spark).event(spark.master()).ifPresent(display);
        return new RunWatch(job, workers, display);
    }

    @Override
    public void accept(ObjectNode event) {
        ObjectNode extended;
        synchronized (course) {
            extended = course.accept(event);
        }
        source.accept(extended);
        display.accept(extended);
    }

    @Override
    public void close() {
        registered.close();
    }
}
