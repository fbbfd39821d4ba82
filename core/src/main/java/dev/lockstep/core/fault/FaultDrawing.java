package dev.lockstep.core.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Draws schedules: from one to four faults of any kind, at any moment of any rank. */
public final class FaultDrawing {
    /** Where a meeting hands out the state, these many vectors pass at most. */
    private static final int BROADCASTS = 7;

    private static final int CALLS = 4;
    private static final int FRAME_REACH_BYTES = 60_000;

    private final FaultGround ground;
    private final SplittableRandom random;

    private FaultDrawing(FaultGround ground, SplittableRandom random) {
        this.ground = ground;
        this.random = random;
    }

    /** The schedule of a run in a series. */
    public static FaultSchedule draw(long seed, int run, FaultGround ground) {
        FaultDrawing drawing = new FaultDrawing(ground, new SplittableRandom(seed * 1_000_003 + run));
        List<Fault> faults = new ArrayList<>();
        int count = drawing.count();
        while (faults.size() < count) {
            faults.add(drawing.fault());
            if (drawing.random.nextInt(4) == 0) {
                faults.add(drawing.duringRecovery());
            }
        }
        return new FaultSchedule(seed, run, faults);
    }

    private int count() {
        int draw = random.nextInt(20);
        return draw < 10 ? 1 : draw < 16 ? 2 : draw < 19 ? 3 : 4;
    }

    private Fault fault() {
        int rank = random.nextInt(ground.workers());
        int draw = random.nextInt(ground.network() ? 100 : 66);
        if (draw < 32) {
            return new Fault.Kill(rank, moment(), random.nextInt(3) == 0 ? random.nextInt(2_000) : 0);
        } else if (draw < 40) {
            return new Fault.Pause(rank, moment(), 5 + random.nextInt(ground.stallMilliseconds() / 4));
        } else if (draw < 43) {
            int longer = ground.stallMilliseconds() + random.nextInt(ground.stallMilliseconds());
            return new Fault.Pause(rank, moment(), longer);
        } else if (draw < 49) {
            return new Fault.Delay(rank, moment(), 5 + random.nextInt(ground.stallMilliseconds() / 4));
        } else if (draw < 54) {
            return new Fault.FailWrite(0, write(), 1 + random.nextInt(2));
        } else if (draw < 59) {
            return new Fault.KillWriter(0, write(), random.nextBoolean());
        } else if (draw < 63) {
            return new Fault.KillDriver(rank, moment());
        } else if (draw < 66) {
            return new Fault.StopRun(rank, new Moment(step(), Phase.COMPUTE, 0));
        } else if (draw < 80) {
            return new Fault.CutNetwork(rank, peerOf(rank), moment(), 1 + random.nextInt(200), false);
        } else if (draw < 86) {
            int milliseconds = 20 + random.nextInt(2 * ground.stallMilliseconds());
            return new Fault.CutNetwork(rank, peerOf(rank), moment(), milliseconds, true);
        }
        return new Fault.CorruptFrame(
                rank, peerOf(rank), moment(), random.nextInt(FRAME_REACH_BYTES) >> random.nextInt(12));
    }

    /** Strikes where the workers meet again, if they have to. */
    private Fault duringRecovery() {
        int rank = random.nextInt(ground.workers());
        long step = random.nextInt((int) Math.max(1, ground.steps() / 2));
        Moment moment = random.nextInt(3) == 0
                ? new Moment(step, Phase.JOIN, 0)
                : new Moment(step, Phase.STATE, random.nextInt(BROADCASTS));
        return random.nextInt(3) > 0 || !ground.network()
                ? new Fault.Kill(rank, moment, random.nextBoolean() ? 0 : random.nextInt(500))
                : new Fault.CutNetwork(rank, peerOf(rank), moment, 1 + random.nextInt(100), false);
    }

    private Moment moment() {
        int draw = random.nextInt(10);
        if (draw == 0) {
            return new Moment(0, Phase.JOIN, 0);
        } else if (draw == 1) {
            return new Moment(0, Phase.STATE, random.nextInt(BROADCASTS));
        } else if (draw == 2 && random.nextInt(3) == 0) {
            return new Moment(0, Phase.LEAVE, 0);
        } else if (draw < 5) {
            return new Moment(step(), Phase.COMPUTE, 0);
        }
        return new Moment(step(), draw < 8 ? Phase.EXCHANGE : Phase.APPLY, random.nextInt(CALLS));
    }

    private long step() {
        return 1 + random.nextInt((int) ground.steps());
    }

    private int write() {
        return 1 + random.nextInt(4 * ground.writes());
    }

    private int peerOf(int rank) {
        if (ground.workers() == 1 || random.nextInt(4) == 0) {
            return Fault.DRIVER;
        }
        return (rank + 1 + random.nextInt(ground.workers() - 1)) % ground.workers();
    }
}
