package dev.lockstep.core.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.checkpoint.Checkpoint;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.monitor.BestModelSpec;
import dev.lockstep.core.monitor.EarlyStoppingSpec;
import dev.lockstep.core.monitor.Monitored;
import dev.lockstep.core.sync.TrainingState;
import dev.lockstep.core.train.TrainingOutcome.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides from the figures of the epochs when a run stops early and which parameters were the best. The figures are the
 * same on all ranks, and so are the decisions: nothing is exchanged for them. It changes at the end of an epoch alone,
 * where the ranks are merged.
 */
final class ModelSelection implements StatePart {
    private final @Nullable EarlyStoppingSpec stopping;
    private final @Nullable WatchedModel stopper;
    private final @Nullable WatchedModel best;
    private final List<WatchedModel> all = new ArrayList<>();

    ModelSelection(JobConfig job, int parameterCount) {
        stopping = job.training().earlyStopping();
        stopper = stopping == null ? null : stopper(stopping, job, parameterCount);
        BestModelSpec bestSpec = job.checkpoint().best();
        best = bestSpec == null ? null : best(bestSpec, job, parameterCount);
        if (stopper != null) {
            all.add(stopper);
        }
        if (best != null) {
            all.add(best);
        }
    }

    private static WatchedModel stopper(EarlyStoppingSpec spec, JobConfig job, int parameterCount) {
        Monitored figure =
                Monitored.of(spec.monitor(), spec.mode(), job.training().metrics());
        return new WatchedModel("early_stopping", figure, spec.minDelta(), spec.restoreBest() ? parameterCount : 0);
    }

    private static WatchedModel best(BestModelSpec spec, JobConfig job, int parameterCount) {
        Monitored figure =
                Monitored.of(spec.monitor(), spec.mode(), job.training().metrics());
        return new WatchedModel("best", figure, 0, parameterCount);
    }

    /** Looks at the figures of an epoch, and tells in its event what follows. */
    void epochEnded(ObjectNode event, float[] parameters) {
        int epoch = event.path("epoch").asInt();
        long step = event.path("step").asLong();
        if (best != null) {
            best.observe(event.path(best.watch().figure().key()), epoch, step, parameters);
            if (best.watch().hasBest()) {
                best.describe(event);
            }
        }
        if (stopper != null && stopping != null && epoch > stopping.startFromEpoch()) {
            stopper.observe(event.path(stopper.watch().figure().key()), epoch, step, parameters);
            // Keras never stops after the first epoch.
            if (stopper.watch().waited() >= Math.max(1, stopping.patience()) && epoch > 1) {
                stopper.watch().stop();
            }
            if (stopper.watch().hasBest()) {
                ObjectNode told = stopper.describe(event);
                told.put("epochs_without_improvement", stopper.watch().waited());
                told.put("stopped", stopper.watch().stopped());
                told.put("restores_best", stopping.restoreBest());
            }
        }
    }

    /** Whether the run is over before its epochs are. */
    boolean stopped() {
        return stopper != null && stopper.watch().stopped();
    }

    /** Does something with the model that the run ends with in the place of its last one; that is back afterwards. */
    void withFinalModel(float[] live, Runnable use) {
        BestModel restored = restored();
        if (restored == null) {
            use.run();
            return;
        }
        float[] last = live.clone();
        System.arraycopy(restored.parameters(), 0, live, 0, last.length);
        try {
            use.run();
        } finally {
            System.arraycopy(last, 0, live, 0, last.length);
        }
    }

    /** How a training ends, with the model that it leaves. */
    TrainingOutcome outcome(Status status, TrainingState state) {
        BestModel restored = status == Status.COMPLETED ? restored() : null;
        float[] parameters = restored == null ? state.parameters() : restored.parameters();
        return new TrainingOutcome(
                status,
                state.step(),
                ParametersHash.sha256(parameters),
                parameters,
                restored == null ? state.step() : restored.step(),
                best == null ? null : model(best));
    }

    private @Nullable BestModel restored() {
        return stopper == null ? null : model(stopper);
    }

    private static @Nullable BestModel model(WatchedModel watched) {
        return watched.hasParameters()
                ? new BestModel(watched.watch().epoch(), watched.watch().step(), watched.parameters())
                : null;
    }

    @Override
    public void writeTo(ObjectNode position, SortedMap<String, float[]> tensors) {
        all.forEach(watched -> watched.writeTo(position, tensors));
    }

    @Override
    public void readFrom(Checkpoint checkpoint) {
        all.forEach(watched -> watched.readFrom(checkpoint));
    }

    @Override
    public void broadcast(ProcessGroup group, int root) {
        all.forEach(watched -> watched.broadcast(group, root));
    }
}
