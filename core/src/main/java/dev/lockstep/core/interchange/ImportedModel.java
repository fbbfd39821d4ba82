package dev.lockstep.core.interchange;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.model.NetworkPlan;
import java.util.List;

/**
 * A model of another program as Lockstep has it.
 *
 * @param job with its layers, its loss and, where that is known, its optimizer; the data are for the user to name
 * @param inputShape of one sample
 * @param parameters the flat vector
 * @param notes what a person should know, a sentence for each
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record ImportedModel(JobConfig job, Shape inputShape, float[] parameters, List<String> notes) {
    public ImportedModel {
        notes = List.copyOf(notes);
    }

    /** What it computes. */
    public NetworkPlan network() {
        return NetworkPlan.of(job.model(), inputShape, job.training().loss());
    }
}
