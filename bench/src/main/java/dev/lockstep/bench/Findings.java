package dev.lockstep.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What follows from the measurements: ratios with their targets, efficiencies, fractions of the bound. */
final class Findings {
    /**
     * One ratio.
     *
     * @param what is compared
     * @param value measured; empty when one side was not measured
     * @param target to be reached; 0 where none is set
     */
    record Finding(String what, OptionalDouble value, double target) {
        /** Whether there is a target and it is reached. */
        boolean met() {
            return target > 0 && value.isPresent() && value.getAsDouble() >= target;
        }
    }

    private final List<Measurement> measurements;

    Findings(List<Measurement> measurements) {
        this.measurements = List.copyOf(measurements);
    }

    /** Everything, in the order of the table. */
    List<Finding> all() {
        List<Finding> findings = new ArrayList<>();
        for (Workload workload : Workload.values()) {
            int batch = workload.batchSize();
            String letter = workload.letter();
            boolean mlp = workload == Workload.MLP;
            findings.add(ratio(letter + ", one worker: Lockstep / libtorch", workload, 1, batch, Entry.LIBTORCH, 1.5));
            findings.add(ratio(letter + ", one worker: Lockstep / DL4J fit", workload, 1, batch, Entry.DL4J, 0));
            findings.add(gloo(workload, batch / 2, mlp ? 3 : 0));
            findings.add(gloo(workload, batch, mlp ? 2.5 : 0));
            findings.add(ratio(
                    letter + ", two workers: Lockstep / dl4j_spark, " + batch / 2 + " each",
                    workload,
                    2,
                    batch / 2,
                    Entry.DL4J_SPARK,
                    10));
            findings.add(efficiency(workload, "strong", batch / 2, mlp ? 0 : 0.75));
            findings.add(efficiency(workload, "weak", batch, mlp ? 0 : 0.9));
            findings.addAll(control(workload));
        }
        findings.add(transport("shared memory / sockets", Entry.SOCKETS));
        findings.add(transport("shared memory / encrypted sockets", Entry.ENCRYPTED));
        findings.add(ofBound(1, Workload.MLP.batchSize(), 0));
        findings.add(ofBound(2, Workload.MLP.batchSize() / 2, 0.6));
        findings.add(ofBound(2, Workload.MLP.batchSize(), 0.6));
        return findings;
    }

    private Finding gloo(Workload workload, int batch, double target) {
        String what = workload.letter() + ", two workers: Lockstep / libtorch + gloo, " + batch + " each";
        return ratio(what, workload, 2, batch, Entry.GLOO, target);
    }

    private Finding ratio(String what, Workload workload, int workers, int batch, String rival, double target) {
        return new Finding(
                what,
                ratio(find(Entry.LOCKSTEP, workload, workers, batch), find(rival, workload, workers, batch)),
                target);
    }

    private static OptionalDouble ratio(Optional<Measurement> ours, Optional<Measurement> theirs) {
        return ours.isPresent() && theirs.isPresent()
                ? OptionalDouble.of(ours.get().ratioTo(theirs.get()))
                : OptionalDouble.empty();
    }

    private Finding efficiency(Workload workload, String kind, int batchPerWorker, double target) {
        return new Finding(
                workload.letter() + ", 1 -> 2 workers: " + kind + " efficiency",
                ofTwiceOneWorker(workload, Entry.LOCKSTEP, batchPerWorker),
                target);
    }

    private OptionalDouble ofTwiceOneWorker(Workload workload, String two, int batchPerWorker) {
        OptionalDouble gain =
                ratio(find(two, workload, 2, batchPerWorker), find(Entry.LOCKSTEP, workload, 1, workload.batchSize()));
        return gain.isPresent() ? OptionalDouble.of(gain.getAsDouble() / 2) : gain;
    }

    /** How much of perfect scaling two workers that merge nothing reach, and how much of that the merge leaves. */
    private List<Finding> control(Workload workload) {
        int batch = workload.batchSize();
        return List.of(
                new Finding(
                        workload.letter() + ", two workers without merging / twice one worker",
                        ofTwiceOneWorker(workload, Entry.ALONE, batch),
                        0),
                ratio(
                        workload.letter() + ", 1 -> 2 workers: weak efficiency, of what the machine leaves",
                        workload,
                        2,
                        batch,
                        Entry.ALONE,
                        0));
    }

    private Finding transport(String what, String other) {
        int batch = Workload.MLP.batchSize();
        return ratio("A, two workers: " + what + ", " + batch + " each", Workload.MLP, 2, batch, other, 0);
    }

    private Finding ofBound(int workers, int batchPerWorker, double target) {
        String what = "A, " + (workers == 1 ? "one worker" : "two workers") + ": fraction of the bound, "
                + batchPerWorker + " each";
        Optional<Measurement> ours = find(Entry.LOCKSTEP, Workload.MLP, workers, batchPerWorker);
        OptionalDouble bound = bound(workers, batchPerWorker);
        OptionalDouble value = ours.isPresent() && bound.isPresent()
                ? OptionalDouble.of(ours.get().median() / bound.getAsDouble())
                : OptionalDouble.empty();
        return new Finding(what, value, target);
    }

    /** Samples a second that this machine could reach on model A; empty when the bounds were not measured. */
    OptionalDouble bound(int workers, int batchPerWorker) {
        Optional<Measurement> products = find(Entry.SGEMM, Workload.MLP, workers, 0);
        Optional<Measurement> copies = find(Entry.COPY, Workload.MLP, workers, 0);
        Optional<Measurement> exchanges = find(Entry.LOOPBACK, Workload.MLP, 1, 0);
        if (products.isEmpty() || copies.isEmpty() || exchanges.isEmpty()) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(Bound.samplesPerSecond(
                workers,
                batchPerWorker,
                products.get().median() / workers,
                copies.get().median() / workers,
                exchanges.get().median()));
    }

    private Optional<Measurement> find(String contender, Workload workload, int workers, int batchPerWorker) {
        return measurements.stream()
                .filter(measurement -> measurement.contender().equals(contender)
                        && measurement.workload() == workload
                        && measurement.workers() == workers
                        && measurement.batchPerWorker() == batchPerWorker)
                .findFirst();
    }
}
