package dev.lockstep.core.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.collective.ByteBlock;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.ParameterBlock;
import dev.lockstep.core.sync.FiniteScan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What one rank finds in its own slice of a step that diverged, as JSON: it travels to the others and into the event. */
final class DivergenceFinding {
    private static final int MOST_SAMPLES = 10;
    private static final int LONGEST = 1 << 16;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private DivergenceFinding() {}

    /**
     * Looks at losses and gradient.
     *
     * @param step that was computed
     * @param batch this rank's slice, still filled
     * @param outputs of it
     * @param gradientSum of it
     */
    static ObjectNode of(int rank, long step, NetworkPlan plan, MiniBatch batch, float[] outputs, float[] gradientSum) {
        ObjectNode finding = JsonNodeFactory.instance.objectNode();
        finding.put("rank", rank);
        finding.put("step", step);
        finding.put("slice_samples", batch.size());
        ArrayNode samples = JsonNodeFactory.instance.arrayNode();
        int count = 0;
        for (int row = 0; row < batch.size(); row++) {
            if (!Double.isFinite(loss(plan, batch, outputs, row))) {
                count++;
                addSample(samples, batch, row);
            }
        }
        finding.put("losses_not_finite", count);
        int at = batch.size() == 0 ? -1 : new FiniteScan().firstUnusable(gradientSum, plan.parameterCount());
        ParameterBlock block = at < 0 ? null : plan.blockAt(at);
        if (block != null) {
            finding.put("layer", block.layer());
            finding.put("parameter", block.spec().name());
            finding.put("value", String.valueOf(gradientSum[at]));
            for (int row = 0; row < batch.size() && count == 0; row++) {
                addSample(samples, batch, row);
            }
        }
        if (!samples.isEmpty()) {
            finding.set("samples", samples);
        }
        return finding;
    }

    private static double loss(NetworkPlan plan, MiniBatch batch, float[] outputs, int row) {
        int outputCount = plan.outputShape().size();
        return batch.weight(row)
                * plan.loss().of(batch.labels(), row * batch.labelWidth(), outputs, row * outputCount, outputCount);
    }

    private static void addSample(ArrayNode samples, MiniBatch batch, int row) {
        if (samples.size() < MOST_SAMPLES) {
            samples.add(batch.sampleIndices()[row]);
        }
    }

    /** Whether there is anything in it that could have spoilt a step. */
    static boolean isBad(ObjectNode finding) {
        return finding.path("losses_not_finite").asInt() > 0 || finding.has("layer");
    }

    /** A clause for the message. */
    static String describe(ObjectNode finding) {
        StringBuilder text =
                new StringBuilder("rank ").append(finding.path("rank").asInt());
        text.append(" (step ").append(finding.path("step").asLong()).append("): ");
        int losses = finding.path("losses_not_finite").asInt();
        int slice = finding.path("slice_samples").asInt();
        if (losses > 0) {
            text.append("the loss is not finite for ")
                    .append(losses)
                    .append(" of its ")
                    .append(slice)
                    .append(" samples, ");
        }
        if (finding.has("layer")) {
            text.append("its gradient of layer \"")
                    .append(finding.path("layer").asText())
                    .append("\" ")
                    .append(finding.path("parameter").asText())
                    .append(" is ")
                    .append(finding.path("value").asText())
                    .append(", ");
        }
        int shown = finding.path("samples").size();
        text.append("samples ");
        for (int i = 0; i < shown; i++) {
            text.append(i == 0 ? "" : ", ")
                    .append(finding.path("samples").path(i).asInt());
        }
        return text.append(shown < (losses > 0 ? losses : slice) ? " .." : "").toString();
    }

    /** The finding of a rank whose part was all right. */
    static ObjectNode nothing(int rank, long step) {
        return JsonNodeFactory.instance.objectNode().put("rank", rank).put("step", step);
    }

    /** What all ranks have found, by rank, without those that found nothing; a call of all ranks. */
    static List<ObjectNode> shared(ObjectNode own, ProcessGroup group) {
        byte[] bytes = own.toString().getBytes(StandardCharsets.UTF_8);
        ByteBlock block = new ByteBlock();
        // Layers may have names of any length.
        int length = bytes.length <= LONGEST ? bytes.length : 0;
        System.arraycopy(bytes, 0, block.reserve(length), 0, length);
        ByteBlock[] outgoing = new ByteBlock[group.size()];
        Arrays.fill(outgoing, block);
        ByteBlock[] incoming = ByteBlock.array(group.size());
        group.exchange(outgoing, incoming, LONGEST);
        incoming[group.rank()] = block;
        List<ObjectNode> found = new ArrayList<>();
        for (ByteBlock one : incoming) {
            ObjectNode finding = parse(one);
            if (isBad(finding)) {
                found.add(finding);
            }
        }
        return found;
    }

    private static ObjectNode parse(ByteBlock block) {
        try {
            String text = new String(block.bytes(), 0, block.length(), StandardCharsets.UTF_8);
            return MAPPER.readTree(text) instanceof ObjectNode json ? json : JsonNodeFactory.instance.objectNode();
        } catch (JsonProcessingException notOurs) {
            return JsonNodeFactory.instance.objectNode();
        }
    }
}
