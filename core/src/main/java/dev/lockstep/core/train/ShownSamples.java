package dev.lockstep.core.train;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.evaluation.PredictedSample;
import dev.lockstep.core.model.NetworkPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The samples that a run shows: of all samples of an evaluation the first few, and the few with the largest loss. Each
 * rank finds those of its own part and tells the driver, which keeps the first and the worst of all. This is the one
 * place where something of single samples leaves a worker, and {@code report.samples: 0} closes it.
 */
final class ShownSamples implements Evaluator.Watcher {
    /** What is kept of a sample. */
    private record Kept(int index, double loss, ObjectNode json) {}

    /** The least bad first, so that it is the one that makes room; of equal losses the later sample goes. */
    private static final Comparator<Kept> LEAST_BAD = Comparator.comparingDouble(Kept::loss)
            .thenComparing(Comparator.comparingInt(Kept::index).reversed());

    private final NetworkPlan plan;
    private final int count;
    private final String role;
    private final int[] indices;
    private final int firstCount;
    private final List<ObjectNode> first = new ArrayList<>();
    private final PriorityQueue<Kept> worst = new PriorityQueue<>(LEAST_BAD);

    /**
     * @param count how many of each
     * @param role of the samples, such as "test"
     * @param indices of all samples that are evaluated, as batches note them, in their order
     */
    ShownSamples(NetworkPlan plan, int count, String role, int[] indices) {
        this.plan = plan;
        this.count = count;
        this.role = role;
        this.indices = indices;
        this.firstCount = Math.min(count, indices.length);
    }

    @Override
    public void evaluated(MiniBatch rows, float[] outputs) {
        if (count == 0) {
            return;
        }
        for (int row = 0; row < rows.size(); row++) {
            int index = rows.sampleIndices()[row];
            PredictedSample sample = PredictedSample.of(plan, rows, row, outputs);
            // A loss that is no number is the worst there is, and no figure: the sample is shown without it.
            double loss = Double.isNaN(sample.loss()) ? Double.POSITIVE_INFINITY : sample.loss();
            boolean isFirst = isAmongTheFirst(index);
            Kept least = worst.peek();
            boolean isBad = worst.size() < count || (least != null && loss > least.loss());
            if (!isFirst && !isBad) {
                continue;
            }
            ObjectNode json = sample.json(rows, row);
            if (isFirst) {
                first.add(json);
            }
            if (isBad) {
                worst.add(new Kept(index, loss, json));
                if (worst.size() > count) {
                    worst.remove();
                }
            }
        }
    }

    private boolean isAmongTheFirst(int index) {
        for (int i = 0; i < firstCount; i++) {
            if (indices[i] == index) {
                return true;
            }
        }
        return false;
    }

    /** What this rank has to tell. */
    ObjectNode event() {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("event", "samples");
        event.put("role", role);
        event.put("count", count);
        ArrayNode shape = event.putArray("shape");
        plan.inputShape().dimensions().forEach(shape::add);
        event.putArray("chosen").addAll(first);
        ArrayNode worstFirst = event.putArray("worst");
        worst.stream().sorted(LEAST_BAD.reversed()).forEach(kept -> worstFirst.add(kept.json()));
        return event;
    }
}
