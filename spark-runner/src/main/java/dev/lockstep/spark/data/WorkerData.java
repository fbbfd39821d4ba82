package dev.lockstep.spark.data;

import dev.lockstep.core.augmentation.ImageAugmentation;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.data.ClassLabels;
import dev.lockstep.core.data.DataSpec;
import dev.lockstep.core.data.LabelView;
import dev.lockstep.core.data.PackedDataset;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.SamplePart;
import dev.lockstep.core.data.SampleSource;
import dev.lockstep.core.data.SelectedSamples;
import dev.lockstep.core.data.SplitPlan;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.model.loss.LabelRule;
import dev.lockstep.core.model.loss.LossSpec.LabelKind;
import dev.lockstep.core.model.loss.LossSpec.OutputKind;
import dev.lockstep.core.train.SplitReport;
import dev.lockstep.core.train.TrainingData;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** Opens the packed samples of a run on a worker, and checks that they fit the network. */
public final class WorkerData {
    private WorkerData() {}

    /**
     * The network of the job for the samples at hand.
     *
     * @throws LockstepException (USAGE) when they do not fit
     */
    public static NetworkPlan network(JobConfig job, PackedManifest train) {
        ImageAugmentation.requireImages(job.training().augmentation(), train.shapeOfFeatures());
        try {
            NetworkPlan plan = NetworkPlan.of(
                    job.model(), train.shapeOfFeatures(), job.training().loss());
            requireLabels(plan, train);
            return plan;
        } catch (IllegalArgumentException e) {
            throw new LockstepException(ExitCode.USAGE, "model: " + e.getMessage(), e);
        }
    }

    /** Checks that samples have the shape that a network takes. */
    public static void requireInput(NetworkPlan plan, PackedManifest samples) {
        if (!samples.shapeOfFeatures().equals(plan.inputShape())) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "the samples have shape " + samples.shapeOfFeatures() + ", the model takes " + plan.inputShape());
        }
    }

    /**
     * Checks that samples which are only evaluated fit a network.
     *
     * @throws LockstepException (DATA) when they do not
     */
    public static void requireTest(NetworkPlan plan, PackedManifest test) {
        requireInput(plan, test);
        try {
            requireKind(plan, test);
        } catch (IllegalArgumentException e) {
            throw new LockstepException(ExitCode.DATA, "test samples: " + e.getMessage(), e);
        }
        List<Long> counts = test.classCounts();
        int classes = classes(plan);
        if (counts != null && classes > 0) {
            ClassLabels.requireRange(counts, classes, "test labels");
        }
    }

    private static void requireLabels(NetworkPlan plan, PackedManifest train) {
        requireKind(plan, train);
        List<Long> counts = train.classCounts();
        int classes = classes(plan);
        List<String> names = train.classNames();
        if (names != null && classes > 0 && names.size() != classes) {
            throw new IllegalArgumentException("the data has " + names.size() + " classes (" + String.join(", ", names)
                    + "), the last layer tells " + classes + " apart; they must be as many");
        }
        if (counts != null && classes > 0) {
            ClassLabels.require(counts, classes, "training labels");
        }
    }

    /** How many classes the network tells apart; 0 where whole-numbered labels are quantities. */
    private static int classes(NetworkPlan plan) {
        int outputs = plan.outputShape().size();
        if (outputs > 1 || plan.loss().labelKind() == LabelKind.CLASS_INDEX) {
            return outputs;
        }
        return plan.loss().outputKind(plan.lastActivation()) == OutputKind.BINARY_SCORES ? 2 : 0;
    }

    private static void requireKind(NetworkPlan plan, PackedManifest samples) {
        int outputs = plan.outputShape().size();
        if (plan.loss().labelKind() == LabelKind.CLASS_INDEX) {
            if (samples.classCount() == null) {
                throw new IllegalArgumentException(
                        "the loss needs class labels 0, 1, 2 ...; the data has real-valued ones");
            }
            return;
        }
        boolean classesAsVector = samples.classCount() != null && outputs > 1;
        if (!classesAsVector && samples.labelWidth() != outputs) {
            throw new IllegalArgumentException("the last layer has " + outputs + " outputs, a label has "
                    + samples.labelWidth() + (samples.labelWidth() == 1 ? " value" : " values")
                    + "; they must be the same");
        }
    }

    /** Training and test samples of a worker. */
    public static TrainingData open(
            JobConfig job,
            NetworkPlan plan,
            Path directory,
            PackedManifest train,
            boolean hasTest,
            Configuration configuration) {
        PackedDataset samples = open(job, plan, directory, DatasetRole.TRAIN, train, configuration);
        SplitPlan split = split(job, samples, train);
        SampleSource test =
                hasTest || split.testIndices().length == 0 ? null : new SelectedSamples(samples, split.testIndices());
        if (hasTest) {
            PackedManifest manifest = PreparedData.manifest(directory, DatasetRole.TEST, configuration);
            test = open(job, plan, directory, DatasetRole.TEST, manifest, configuration);
        }
        return new TrainingData(samples, split.trainIndices(), split.validationIndices(), test);
    }

    /** The test samples alone, whether they have files of their own or are a part of the training samples. */
    public static SampleSource openTest(JobConfig job, NetworkPlan plan, Path directory, Configuration configuration) {
        DatasetRole role = PreparedData.testedRole(job.data());
        PackedManifest manifest = PreparedData.manifest(directory, role, configuration);
        PackedDataset samples = open(job, plan, directory, role, manifest, configuration);
        return role == DatasetRole.TEST
                ? samples
                : new SelectedSamples(samples, split(job, samples, manifest).testIndices());
    }

    /** The split of the training samples: a function of the seed, the labels and the job's conditions on rows. */
    public static SplitPlan split(JobConfig job, PackedDataset samples, PackedManifest train) {
        @Nullable IntUnaryOperator classOf = train.classCount() == null ? null : index -> (int) samples.label(index);
        return split(job.seed(), job.data(), samples.sampleCount(), classOf, samples::mark);
    }

    /** The same before the samples are packed. */
    static SplitPlan split(
            long seed, DataSpec data, int samples, @Nullable IntUnaryOperator classOf, IntFunction<SamplePart> partOf) {
        return SplitPlan.of(seed, data, samples, classOf, partOf);
    }

    /** What the samples of a run are used for. */
    public static SplitReport splits(NetworkPlan plan, PackedManifest train, TrainingData data) {
        return SplitReport.of(data, train.classCount() == null ? 0 : classes(plan));
    }

    /** One set of samples, its labels presented as the loss wants them. */
    public static PackedDataset open(
            JobConfig job,
            NetworkPlan plan,
            Path directory,
            DatasetRole role,
            PackedManifest manifest,
            Configuration configuration) {
        int outputs = plan.outputShape().size();
        boolean oneHot = plan.loss().labelKind() == LabelKind.VECTOR && manifest.classCount() != null && outputs > 1;
        PackedDataset samples = PackedDataset.open(
                LocalParts.directory(new Path(directory, role.directory()), manifest, configuration),
                manifest,
                job.data().scale(),
                oneHot ? LabelView.oneHot(outputs) : LabelView.asIs());
        requireLabelRule(plan, samples, oneHot, role == DatasetRole.TRAIN ? "training labels" : "test labels");
        return samples;
    }

    /** One-hot labels are 0 and 1, whatever class a sample has. */
    private static void requireLabelRule(NetworkPlan plan, PackedDataset samples, boolean oneHot, String name) {
        LabelRule rule = plan.loss().labelRule();
        if (rule == null) {
            return;
        }
        String objection =
                oneHot ? rule.objection(2, label -> label) : rule.objection(samples.sampleCount(), samples::label);
        if (objection != null) {
            throw new LockstepException(ExitCode.DATA, name + ": " + objection);
        }
    }
}
