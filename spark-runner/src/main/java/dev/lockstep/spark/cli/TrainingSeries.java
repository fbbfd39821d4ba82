package dev.lockstep.spark.cli;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Several jobs, trained one after the other. One that fails does not keep the others from being trained. */
final class TrainingSeries {
    private final RunCommands engine;
    private final PrintWriter errors;
    private final boolean debug;

    TrainingSeries(RunCommands engine, PrintWriter errors, boolean debug) {
        this.engine = engine;
        this.errors = errors;
        this.debug = debug;
    }

    /**
     * Trains all, unless somebody asks for a stop, and compares them.
     *
     * @param comparison where the page goes, or null for none
     * @return the highest exit code of a run
     * @throws LockstepException before anything is trained, when a job is wrong or two have the same run directory
     */
    int train(List<TrainRequest> requests, @Nullable String comparison, PrintWriter output) {
        Map<String, TrainRequest> runs = runs(requests);
        List<String> begun = new ArrayList<>();
        int worst = ExitCode.COMPLETED.number();
        for (Map.Entry<String, TrainRequest> run : runs.entrySet()) {
            output.printf("Run %d of %d: %s%n", begun.size() + 1, runs.size(), run.getKey());
            output.flush();
            begun.add(run.getKey());
            int code = train(run.getValue());
            worst = Math.max(worst, code);
            if (code == ExitCode.STOPPED.number()) {
                break;
            }
        }
        if (comparison != null) {
            output.println("Comparison: " + engine.report(new ReportRequest(begun, comparison)));
            output.flush();
        }
        return worst;
    }

    private int train(TrainRequest request) {
        try {
            return engine.train(request);
        } catch (RuntimeException failure) {
            FailureReport report = FailureReport.of(failure, debug);
            errors.println(report.text());
            errors.flush();
            return report.exitCode();
        }
    }

    private Map<String, TrainRequest> runs(List<TrainRequest> requests) {
        Map<String, TrainRequest> runs = new LinkedHashMap<>();
        for (TrainRequest request : requests) {
            String directory = engine.runDirectory(request);
            TrainRequest other = runs.put(directory, request);
            if (other != null) {
                throw new LockstepException(
                        ExitCode.USAGE,
                        other.job() + " and " + request.job() + " have the same run directory, " + directory
                                + "; give each job a name of its own");
            }
        }
        return runs;
    }
}
