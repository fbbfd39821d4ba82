package dev.lockstep.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.cluster.storage.LedgerFiles;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.ledger.LedgerCheck;
import dev.lockstep.core.ledger.LedgerReport;
import dev.lockstep.core.train.SplitReport;
import dev.lockstep.spark.cli.LedgerRequest;
import dev.lockstep.spark.cli.LedgerVerdict;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** Looks at the ledger of a run, beside its job and what was told of its samples. */
final class LedgerInspection {
    private LedgerInspection() {}

    /**
     * The verdict.
     *
     * @throws LockstepException when there is no ledger, or nothing to check it against
     */
    static LedgerVerdict of(LedgerRequest request, Configuration configuration) {
        RunDirectory run = RunDirectory.at(request.run(), configuration);
        try {
            LedgerFiles files = new LedgerFiles(run);
            if (!files.exist()) {
                throw new LockstepException(
                        ExitCode.MODEL,
                        run.location() + " has no ledger; a run keeps one with lockstep train --ledger or the job's key"
                                + " ledger: true");
            }
            JobConfig job = JobFile.read(
                    run.readText(TrainingRun.JOB).orElseThrow(() -> missing(run, TrainingRun.JOB)),
                    run.resolve(TrainingRun.JOB),
                    List.of(),
                    Map.of());
            LedgerCheck check =
                    new LedgerCheck(trainingSamples(run), job.training().batchSize(), job.seed());
            files.readInto(check);
            LedgerReport report = check.report();
            return new LedgerVerdict(
                    report.proven(), request.json() ? report.json().toPrettyString() + "\n" : report.text());
        } catch (IOException e) {
            throw new LockstepException(ExitCode.MODEL, run.location() + ": " + e.getMessage(), e);
        }
    }

    private static int trainingSamples(RunDirectory run) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        for (String line : run.readText(TrainingRun.METRICS).orElse("").lines().toList()) {
            JsonNode event = mapper.readTree(line);
            if (event.path("event").asText().equals(SplitReport.EVENT)) {
                return event.path("train").path("samples").asInt();
            }
        }
        throw missing(run, TrainingRun.METRICS + " with the event " + SplitReport.EVENT);
    }

    private static LockstepException missing(RunDirectory run, String what) {
        return new LockstepException(ExitCode.MODEL, run.location() + ": expected " + what + ", found none");
    }
}
