package dev.lockstep.core.sync;

import dev.lockstep.core.codec.CodecSpec;
import dev.lockstep.core.memory.ByteCount;
import dev.lockstep.core.memory.MemoryNeed;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.optimizer.UpdateRule;
import dev.lockstep.core.schema.Named;
import dev.lockstep.core.schema.Setting;
import org.jspecify.annotations.Nullable;

/**
 * See {@link Named}.
 *
 * @param codec what makes the exchange smaller, or null for the exact one
 */
@Named(
        value = "gradient_sharing",
        doc = "Exact: every step the gradient sums of all workers are added over one fixed tree and divided by the"
                + " global sample count, then every worker applies the same optimizer step. The run is the"
                + " single-process run with the global batch.")
public record GradientSharingSync(
        @Setting(
                        value = "For slow networks, a codec that makes the exchange smaller and no longer exact; by"
                                + " default none: exact float32.",
                        optional = true)
                @Nullable
                CodecSpec codec)
        implements SyncSpec {
    /** Without a codec. */
    public GradientSharingSync() {
        this(null);
    }

    @Override
    public int stateLength(int parameterCount) {
        return codec == null ? 0 : codec.sharedStateLength();
    }

    @Override
    public MemoryNeed memory(long parameters, long stateFloats, int workers) {
        // The sums of the others, or those of the whole process; a codec has the statistics behind all else.
        MemoryNeed exchange = MemoryNeed.heapFloats(ByteCount.sum(parameters, MergeTail.LENGTH + 1));
        return codec == null
                ? exchange
                : exchange.plus(MemoryNeed.heapFloats(parameters)).plus(codec.memory(parameters, workers));
    }

    @Override
    public long residualLength(long parameters) {
        return codec == null ? 0 : codec.residualLength(parameters);
    }

    @Override
    public SyncStrategy create(NetworkPlan plan, UpdateRule rule, TrainingState state) {
        return new GradientSharing(plan, rule, codec);
    }
}
