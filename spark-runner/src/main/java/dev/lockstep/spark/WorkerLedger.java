package dev.lockstep.spark;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lockstep.cluster.storage.LedgerFiles;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.collective.Membership;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.ledger.LedgerEra;
import dev.lockstep.core.ledger.LedgerLine;
import dev.lockstep.core.ledger.LedgerWriter;
import dev.lockstep.core.ledger.SampleLedger;
import dev.lockstep.core.ledger.SamplesHash;
import java.io.Closeable;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** A worker's place in the run's ledger; it notes nothing where the job asks for none. */
final class WorkerLedger implements Closeable {
    private final @Nullable LedgerWriter writer;

    private WorkerLedger(@Nullable LedgerWriter writer) {
        this.writer = writer;
    }

    /**
     * Opens no file yet.
     *
     * @param trainIndices stable indices of the training samples
     * @param taskAttempt of this worker's task
     */
    static WorkerLedger of(
            JobConfig job,
            WorkerSpec spec,
            Membership membership,
            int[] trainIndices,
            int taskAttempt,
            Configuration configuration) {
        if (!job.ledger()) {
            return new WorkerLedger(null);
        }
        LedgerEra era = new LedgerEra(spec.fencingNumber(), restart(spec.runId()), 0);
        LedgerLine.Continues common = new LedgerLine.Continues(
                era,
                membership.rank(),
                0,
                spec.workers(),
                trainIndices.length,
                job.training().batchSize(),
                job.seed(),
                SamplesHash.of(trainIndices, trainIndices.length));
        LedgerFiles files = new LedgerFiles(RunDirectory.at(spec.runDirectory(), configuration));
        return new WorkerLedger(new LedgerWriter(
                common,
                files.ofWorker(era, membership.rank(), taskAttempt),
                files.areRemote(),
                why -> membership.publish(failed(membership.rank(), why))));
    }

    /** An attempt is named by its run, the fencing number and how many attempts there were before. */
    private static int restart(String attemptId) {
        return Integer.parseInt(attemptId.substring(attemptId.lastIndexOf('-') + 1));
    }

    private static String failed(int rank, String why) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("event", "ledger_failed")
                .put("rank", rank)
                .put("reason", why)
                .toString();
    }

    SampleLedger notes() {
        return writer == null ? SampleLedger.NONE : writer;
    }

    @Override
    public void close() {
        if (writer != null) {
            writer.close();
        }
    }
}
