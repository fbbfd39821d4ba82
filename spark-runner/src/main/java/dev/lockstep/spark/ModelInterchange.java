package dev.lockstep.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.core.checkpoint.CheckpointStorage;
import dev.lockstep.core.checkpoint.ModelArchive;
import dev.lockstep.core.checkpoint.SavedModel;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.data.table.FittedTable;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.interchange.Dl4jImport;
import dev.lockstep.core.interchange.ImportedModel;
import dev.lockstep.core.interchange.KerasImport;
import dev.lockstep.core.model.Summary;
import dev.lockstep.core.model.dl4j.Dl4jExport;
import dev.lockstep.core.train.ParametersHash;
import dev.lockstep.spark.cli.ExportRequest;
import dev.lockstep.spark.cli.ImportRequest;
import dev.lockstep.spark.data.HadoopFiles;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** Models of other programs: taken over, and written for them. */
final class ModelInterchange {
    private static final byte[] ZIP = {'P', 'K', 3, 4};
    private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F'};
    private static final String RUN_ID = "imported";

    private final Configuration configuration;

    ModelInterchange(Configuration configuration) {
        this.configuration = configuration;
    }

    /** Writes a model directory from a file, and tells what it holds. */
    String take(ImportRequest request) {
        Path file = HadoopFiles.qualify(request.model(), configuration);
        ImportedModel imported = read(file, request.inputShape());
        JobConfig job = request.dataJob() == null ? imported.job() : withData(imported.job(), request.dataJob());
        String sha256 = ParametersHash.sha256(imported.parameters());
        String output = TrainedModel.parentOf(
                HadoopFiles.qualify(request.output(), configuration).toString());
        ObjectNode description = ModelDescription.of(job, imported.inputShape(), null, sha256);
        try {
            CheckpointStorage storage = RunDirectory.storageAt(output, configuration);
            ModelArchive archive = new ModelArchive(storage);
            if (archive.exists()) {
                throw new LockstepException(
                        ExitCode.USAGE, output + "/model holds a model already; choose another --output or remove it");
            }
            archive.write(new SavedModel(0, description, imported.parameters()), RUN_ID, () -> 0L);
        } catch (IOException e) {
            throw new LockstepException(ExitCode.MODEL, output + " cannot be written: " + e.getMessage(), e);
        }
        StringJoiner lines = new StringJoiner("\n", "", "\n");
        lines.add("Took " + file + " over into " + output);
        lines.add(Summary.of(imported.network()).stripTrailing());
        lines.add("input shape: " + imported.inputShape());
        lines.add("parameters_sha256: " + sha256);
        imported.notes().forEach(note -> lines.add("note: " + note));
        if (request.dataJob() == null) {
            lines.add("note: the file names no data; give them when the model is used, such as --set"
                    + " 'data={format: idx, directory: DIR}', or here by --data JOB");
        }
        return lines.toString();
    }

    private ImportedModel read(Path file, @Nullable String sizes) {
        Shape shape = sizes == null ? null : shape(sizes);
        String name = file.getName().replaceFirst("\\.[^.]*$", "");
        try (InputStream in = new BufferedInputStream(HadoopFiles.open(file, configuration), 1 << 16)) {
            in.mark(HDF5.length);
            byte[] start = in.readNBytes(HDF5.length);
            in.reset();
            if (Arrays.equals(start, ZIP)) {
                return Dl4jImport.read(in, name, shape);
            }
            if (Arrays.equals(start, HDF5)) {
                return KerasImport.read(in, name, shape);
            }
            throw new LockstepException(
                    ExitCode.MODEL, "neither a zip of DL4J's ModelSerializer nor an .h5 of Keras, by its first bytes");
        } catch (IOException e) {
            throw new LockstepException(ExitCode.MODEL, file + ": " + e.getMessage(), e);
        } catch (LockstepException e) {
            throw new LockstepException(e.exitCode(), file + ": " + e.getMessage(), e);
        }
    }

    private static Shape shape(String sizes) {
        try {
            return new Shape(Arrays.stream(sizes.split("[,x]", -1))
                    .map(size -> Integer.valueOf(size.strip()))
                    .toList());
        } catch (IllegalArgumentException e) {
            throw new LockstepException(
                    ExitCode.USAGE,
                    "--input-shape: expected sizes above 0 separated by commas, such as 28,28,1, found \"" + sizes
                            + '"',
                    e);
        }
    }

    /** As JSON, whatever else a job has. */
    private JobConfig withData(JobConfig job, String dataJob) {
        ObjectNode json = JobFile.toJson(job);
        json.set(
                "data",
                JobFile.toJson(JobLoader.load(dataJob, List.of(), null, configuration))
                        .get("data"));
        return JobFile.fromJson(json.toString());
    }

    /** Writes a file for DL4J, and tells what a person should know of it. */
    String write(ExportRequest request) {
        TrainedModel model = TrainedModel.load(request.model(), configuration);
        Dl4jExport export =
                new Dl4jExport(model.network(), model.job().training().optimizer());
        List<String> objections = export.objections();
        if (!objections.isEmpty()) {
            throw new LockstepException(
                    ExitCode.MODEL,
                    request.model() + " cannot be written for DL4J:\n  " + String.join("\n  ", objections));
        }
        Path file = HadoopFiles.qualify(request.output(), configuration);
        try {
            HadoopFiles.writeWhole(file, configuration, out -> export.write(model.parameters(), out));
        } catch (IOException e) {
            throw new LockstepException(ExitCode.MODEL, file + " cannot be written: " + e.getMessage(), e);
        }
        StringJoiner lines = new StringJoiner("\n", "", "\n");
        lines.add("Wrote " + file + ", for ModelSerializer.restoreMultiLayerNetwork");
        export.notes().forEach(note -> lines.add("note: " + note));
        inputNotes(model).forEach(note -> lines.add("note: " + note));
        return lines.toString();
    }

    /** What is done to samples before the network sees them, here by the model's job, there by nobody. */
    private static List<String> inputNotes(TrainedModel model) {
        List<String> notes = new ArrayList<>();
        FittedTable table = model.fitted().table();
        if (table != null && !table.steps().isEmpty()) {
            notes.add(
                    "the job's data.preprocessing is not in the file: do the same to samples before, by the figures in"
                            + " model/model.json");
        }
        double scale = model.job().data().scale();
        if (scale != 1) {
            notes.add(
                    "the job's data.scale is not in the file: divide every value of a sample by " + scale + " before");
        }
        return notes;
    }
}
