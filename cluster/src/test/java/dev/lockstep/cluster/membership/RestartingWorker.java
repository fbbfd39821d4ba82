package dev.lockstep.cluster.membership;

import dev.lockstep.core.collective.Generation;
import dev.lockstep.core.collective.PeerLostException;
import dev.lockstep.core.collective.ProcessGroup;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The smallest thing that trains: its state is the running sum of all steps' all-reduced contributions. */
final class RestartingWorker {
    private static final int LENGTH = 5_000;

    private final String address;
    private final int rank;
    private final MembershipSettings settings;
    private final int steps;
    private final Consumer<String> report;
    private int attempt;
    private float[] state = new float[LENGTH];
    private long lastAppliedStep = -1;

    RestartingWorker(
            String address, int rank, int attempt, MembershipSettings settings, int steps, Consumer<String> report) {
        this.attempt = attempt;
        this.report = report;
        this.address = address;
        this.rank = rank;
        this.settings = settings;
        this.steps = steps;
    }

    /** Trains to the end; where {@code dies} says so it loses everything and starts again as a new attempt. */
    float[] run(BooleanSupplier dies, Random random) throws InterruptedException {
        Member member = Member.connect(address, rank, attempt, settings);
        Generation generation = enter(member);
        while (true) {
            try {
                takeStateOfSource(generation);
                while (lastAppliedStep < steps - 1) {
                    if (dies.getAsBoolean()) {
                        if (random.nextBoolean()) {
                            // As a task that fails: everything is closed. Otherwise the old one is left to be replaced.
                            generation.group().close();
                            member.close();
                        }
                        state = new float[LENGTH];
                        lastAppliedStep = -1;
                        attempt++;
                        TimeUnit.MILLISECONDS.sleep(random.nextInt(20));
                        member = Member.connect(address, rank, attempt, settings);
                        generation = enter(member);
                        takeStateOfSource(generation);
                    } else {
                        step(generation.group());
                    }
                }
                generation.group().barrier();
                member.close();
                return state;
            } catch (PeerLostException lost) {
                report.accept("lost " + lost.getMessage());
                generation = enter(member);
            }
        }
    }

    private Generation enter(Member member) {
        long own = lastAppliedStep;
        Generation generation = member.join(own);
        report.accept("generation " + generation.number() + " source " + generation.sourceRank() + " step "
                + generation.sourceStep() + " own " + own);
        return generation;
    }

    private void takeStateOfSource(Generation generation) {
        float[] taken = state.clone();
        generation.group().broadcast(taken, LENGTH, generation.sourceRank());
        // All or nothing: only now is it this worker's.
        state = taken;
        lastAppliedStep = generation.sourceStep();
    }

    private void step(ProcessGroup group) {
        long step = lastAppliedStep + 1;
        float[] contribution = contribution(rank, step);
        group.allReduceSum(contribution, LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            state[i] += contribution[i];
        }
        lastAppliedStep = step;
        if (step % 50 == 0) {
            report.accept("applied " + step);
        }
    }

    private static float[] contribution(int rank, long step) {
        float[] values = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            values[i] = (rank + 1) * 0.37f + step * 0.11f + i * 0.013f;
        }
        return values;
    }

    /** The state that an undisturbed run of three workers ends with. */
    static float[] expected(int size, int steps) {
        if (size != 3) {
            throw new IllegalArgumentException("the tree below is that of 3 ranks");
        }
        float[] state = new float[LENGTH];
        for (int step = 0; step < steps; step++) {
            float[] first = contribution(0, step);
            float[] second = contribution(1, step);
            float[] third = contribution(2, step);
            for (int i = 0; i < LENGTH; i++) {
                state[i] += first[i] + (second[i] + third[i]);
            }
        }
        return state;
    }
}
