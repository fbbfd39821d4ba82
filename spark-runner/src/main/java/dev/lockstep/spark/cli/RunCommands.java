package dev.lockstep.spark.cli;

/**
 * What the command line asks of the engine. Failures that a person has to act on are thrown as
 * {@link dev.lockstep.core.error.LockstepException}; the command line shows their message and ends with their code.
 */
public interface RunCommands {
    /**
     * Trains, or continues a run.
     *
     * @return the exit code, see {@link dev.lockstep.core.error.ExitCode}
     */
    int train(TrainRequest request);

    /**
     * Trains by spark-submit and waits for the end, wherever the driver runs.
     *
     * @return the exit code of the training
     */
    int submit(SubmitRequest request);

    /**
     * Evaluates a trained model on test data and prints the figures.
     *
     * @return the exit code
     */
    int evaluate(EvaluateRequest request);

    /**
     * Writes the model's predictions.
     *
     * @return the exit code
     */
    int predict(PredictRequest request);

    /**
     * Describes a run, checkpoint or model.
     *
     * @return text for people, with line ends
     */
    String inspect(InspectRequest request);

    /** Proves from a run's ledger that every sample was used exactly once an epoch, or says what speaks against it. */
    LedgerVerdict ledger(LedgerRequest request);

    /**
     * Checks a run, checkpoint or model against its checksums.
     *
     * @return what was found, sound or not
     */
    VerifyAnswer verify(VerifyRequest request);

    /**
     * Measures this machine and predicts what a job takes on more of them.
     *
     * @return text for people, or JSON, with line ends
     */
    String plan(PlanRequest request);

    /** Looks at everything that a run needs; what is wrong is in the answer. */
    DoctorAnswer doctor(DoctorRequest request);

    /**
     * Where a run would go, found without touching anything: the job is read and checked.
     *
     * @return the run directory
     */
    String runDirectory(TrainRequest request);

    /**
     * Makes a page about a run, or one that compares several.
     *
     * @return where it is
     */
    String report(ReportRequest request);

    /**
     * Works on the days of a pipeline that are due.
     *
     * @return the exit code
     */
    int pipeline(PipelineRequest request);

    /**
     * Makes an older version of a pipeline's model current again.
     *
     * @return text for people, with line ends
     */
    String rollBack(RollbackRequest request);

    /**
     * Says what a pipeline has published and how its last days ended.
     *
     * @return text for people, or JSON, with line ends
     */
    String pipelineStatus(PipelineStatusRequest request);

    /**
     * Makes a model directory of another program's file.
     *
     * @return text for people, with line ends
     */
    String importModel(ImportRequest request);

    /**
     * Writes a model as a file for another program.
     *
     * @return text for people, with line ends
     */
    String exportModel(ExportRequest request);
}
