package dev.lockstep.spark.cli;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.util.ArrayList;
import java.util.List;

/** A fake engine: remembers what it was asked and ends as it is told. */
final class RecordingCommands implements RunCommands {
    final List<Object> requests = new ArrayList<>();
    int exitCode;
    String failing = "";

    @Override
    public int train(TrainRequest request) {
        requests.add(request);
        if (request.job().equals(failing)) {
            throw new LockstepException(ExitCode.DIVERGED, failing + " diverged");
        }
        return exitCode;
    }

    @Override
    public int submit(SubmitRequest request) {
        requests.add(request);
        return exitCode;
    }

    @Override
    public int evaluate(EvaluateRequest request) {
        requests.add(request);
        return exitCode;
    }

    @Override
    public int predict(PredictRequest request) {
        requests.add(request);
        return exitCode;
    }

    @Override
    public String inspect(InspectRequest request) {
        requests.add(request);
        return "Total params: 109386\n";
    }

    @Override
    public LedgerVerdict ledger(LedgerRequest request) {
        requests.add(request);
        return new LedgerVerdict(exitCode == 0, "Proven or not\n");
    }

    @Override
    public VerifyAnswer verify(VerifyRequest request) {
        requests.add(request);
        return new VerifyAnswer("1 of 2 is damaged\n", !request.target().equals(failing));
    }

    @Override
    public String plan(PlanRequest request) {
        requests.add(request);
        return "Spark will not pay\n";
    }

    @Override
    public DoctorAnswer doctor(DoctorRequest request) {
        requests.add(request);
        return new DoctorAnswer("No problem, 12 ok.\n", exitCode);
    }

    @Override
    public String runDirectory(TrainRequest request) {
        String directory = request.runDirectory();
        return directory == null ? "runs/" + request.job().replace(".yaml", "") : directory;
    }

    @Override
    public String report(ReportRequest request) {
        requests.add(request);
        return request.output() == null ? "report.html" : request.output();
    }

    @Override
    public int pipeline(PipelineRequest request) {
        requests.add(request);
        return exitCode;
    }

    @Override
    public String rollBack(RollbackRequest request) {
        requests.add(request);
        return "Rolled back\n";
    }

    @Override
    public String pipelineStatus(PipelineStatusRequest request) {
        requests.add(request);
        return "Pipeline\n";
    }

    @Override
    public String importModel(ImportRequest request) {
        requests.add(request);
        return "Took it over\n";
    }

    @Override
    public String exportModel(ExportRequest request) {
        requests.add(request);
        return "Wrote it\n";
    }
}
