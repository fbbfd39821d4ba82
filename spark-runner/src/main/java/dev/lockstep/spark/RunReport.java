package dev.lockstep.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.checkpoint.ModelArchive;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.cli.ReportRequest;
import dev.lockstep.spark.data.DatasetRole;
import dev.lockstep.spark.data.HadoopFiles;
import dev.lockstep.spark.report.ComparisonPage;
import dev.lockstep.spark.report.ReportPage;
import dev.lockstep.spark.report.RunRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes pages about runs from their directories, wherever these are. */
final class RunReport {
    /** The page in a run directory. */
    static final String PAGE = "report.html";

    private static final Logger LOG = LoggerFactory.getLogger(RunReport.class);
    private static final String COMPARISON = "comparison.html";

    private RunReport() {}

    /** Writes the page of a run into its directory. Trouble with it is told and no more: the training is over. */
    static void writeQuietly(RunDirectory directory, Configuration configuration) {
        try {
            directory.writeText(PAGE, ReportPage.of(read(directory, configuration)));
        } catch (IOException | RuntimeException | LinkageError e) {
            LOG.warn("{} could not be made: {}", directory.resolve(PAGE), e.toString());
            LOG.debug("Why", e);
        }
    }

    /**
     * Writes the page that was asked for.
     *
     * @return where it is
     * @throws LockstepException when a run is not there or the page cannot be written
     */
    static String write(ReportRequest request, Configuration configuration) {
        List<RunRecord> runs = request.runs().stream()
                .map(run -> read(RunDirectory.at(run.replaceAll("(?<=.)/+$", ""), configuration), configuration))
                .toList();
        String output = request.output();
        if (output == null) {
            output = runs.size() == 1 ? runs.get(0).location() + "/" + PAGE : COMPARISON;
        }
        String page = runs.size() == 1 ? ReportPage.of(runs.get(0)) : ComparisonPage.of(runs);
        Path path = HadoopFiles.qualify(output, configuration);
        try {
            HadoopFiles.writeWhole(path, configuration, stream -> stream.write(page.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new LockstepException(ExitCode.USAGE, path + " cannot be written: " + e.getMessage(), e);
        }
        return output;
    }

    private static RunRecord read(RunDirectory directory, Configuration configuration) {
        try {
            String job = directory.readText(TrainingRun.JOB).orElse(null);
            String metrics = directory.readText(TrainingRun.METRICS).orElse(null);
            String result = directory.readText(TrainingRun.RESULT).orElse(null);
            if (job == null && metrics == null && result == null) {
                throw new LockstepException(
                        ExitCode.MODEL,
                        "no run in " + directory.location() + "; expected a run directory with " + TrainingRun.JOB
                                + " and " + TrainingRun.METRICS);
            }
            return RunRecord.of(directory.location(), job, metrics, result, description(directory, configuration));
        } catch (IOException e) {
            throw new LockstepException(ExitCode.MODEL, directory.location() + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** What may have the names of the classes: the model, or the data where there is no model yet. */
    private static @Nullable String description(RunDirectory directory, Configuration configuration) {
        for (String place : List.of(
                ModelArchive.DIRECTORY + "/model.json",
                TrainingRun.DATA + "/" + DatasetRole.TRAIN.directory() + "/manifest.json")) {
            try {
                String text = HadoopFiles.readText(
                        HadoopFiles.qualify(directory.resolve(place), configuration), configuration);
                // At the top: the job inside a model's description may have a key of that name too.
                if (new ObjectMapper().readTree(text).path("class_names").isArray()) {
                    return text;
                }
            } catch (LockstepException | JsonProcessingException e) {
                LOG.debug("No {} in {}", place, directory.location());
            }
        }
        return null;
    }
}
