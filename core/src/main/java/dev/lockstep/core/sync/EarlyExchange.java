package dev.lockstep.core.sync;

import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.model.GradientListener;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.NetworkPlan.PlannedLayer;
import dev.lockstep.core.model.ParameterSpec.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets the gradients of late layers leave while those of early ones are still being computed: dense layers behind
 * convolutions have most of a network's parameters and are the first to be done. Which parts leave early follows from
 * the plan alone, as all ranks must offer the same; what a replica did not announce is offered at the end.
 *
 * <p>Nothing leaves early where layers have statistics of the global batch: their own exchanges come in between.
 */
final class EarlyExchange implements GradientListener {
    /** Less is not worth a message of its own: 256 KiB. */
    private static final int SMALLEST_PART = 64 << 10;

    private final ProcessGroup group;
    private final List<ParameterUpdate.Range> parts;
    private int offered;

    EarlyExchange(NetworkPlan plan, ProcessGroup group) {
        this.group = group;
        this.parts = parts(plan);
    }

    /** The parts that leave early, in that order; the rest leaves with the sum. */
    static List<ParameterUpdate.Range> parts(NetworkPlan plan) {
        List<ParameterUpdate.Range> parts = new ArrayList<>();
        if (plan.blocks().stream().anyMatch(block -> block.spec().role() == Role.STATISTIC)) {
            return parts;
        }
        int to = plan.parameterCount();
        for (int i = plan.layers().size() - 1; i > 0; i--) {
            PlannedLayer layer = plan.layers().get(i);
            int from = layer.blocks().isEmpty() ? to : layer.blocks().get(0).offset();
            if (from > 0 && to - from >= SMALLEST_PART) {
                parts.add(new ParameterUpdate.Range(from, to));
                to = from;
            }
        }
        return parts;
    }

    @Override
    public void ready(float[] gradient, int from) {
        while (offered < parts.size() && parts.get(offered).from() >= from) {
            ParameterUpdate.Range part = parts.get(offered);
            group.offer(gradient, part.from(), part.to());
            offered++;
        }
    }

    /** The gradient is complete: offers what is left of the parts, so that every rank has offered the same. */
    void complete(float[] gradient) {
        ready(gradient, 0);
        offered = 0;
    }
}
