package dev.lockstep.core.collective;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Runs one body a rank, each on its own thread, and waits for all of them with a deadline. */
public final class RankThreads {
    private static final long DEADLINE_SECONDS = 60;

    private RankThreads() {}

    /** How one rank's body ended. */
    public record Outcome<T>(@Nullable T value, @Nullable Throwable failure) {}

    /** What one rank does. */
    public interface Body<T> {
        @Nullable
        T run(int rank) throws Exception;
    }

    /** Runs all ranks and returns how each ended. */
    public static <T> List<Outcome<T>> runAll(int size, Body<T> body) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(size);
        try {
            IntFunction<Callable<@Nullable T>> task = rank -> () -> body.run(rank);
            List<Future<@Nullable T>> futures = new ArrayList<>();
            for (int rank = 0; rank < size; rank++) {
                futures.add(threads.submit(task.apply(rank)));
            }
            List<Outcome<T>> outcomes = new ArrayList<>();
            for (Future<@Nullable T> future : futures) {
                try {
                    outcomes.add(new Outcome<>(future.get(DEADLINE_SECONDS, TimeUnit.SECONDS), null));
                } catch (ExecutionException failure) {
                    outcomes.add(new Outcome<>(null, failure.getCause()));
                }
            }
            return outcomes;
        } finally {
            threads.shutdownNow();
        }
    }

    /** Runs all ranks; each must end well. */
    public static <T> List<@Nullable T> results(int size, Body<T> body) throws Exception {
        List<@Nullable T> values = new ArrayList<>();
        AssertionError failed = new AssertionError("a rank failed");
        for (Outcome<T> outcome : runAll(size, body)) {
            if (outcome.failure() != null) {
                failed.addSuppressed(outcome.failure());
            }
            values.add(outcome.value());
        }
        if (failed.getSuppressed().length > 0) {
            throw failed;
        }
        return values;
    }
}
