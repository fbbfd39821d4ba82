package dev.lockstep.spark.memory;

import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.data.CsvData;
import dev.lockstep.core.data.DataSpec;
import dev.lockstep.core.data.DigitsData;
import dev.lockstep.core.data.ElementType;
import dev.lockstep.core.data.IdxData;
import dev.lockstep.core.data.ImageFolderData;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.core.plan.DataSize;
import dev.lockstep.core.plan.WorkerMemoryEstimate;
import dev.lockstep.spark.data.PreparedData;
import dev.lockstep.spark.data.SampleLayout;
import dev.lockstep.spark.launch.SparkHome;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;

/** The estimate of a job's memory beside what its processes have, at the moments when more and more is known. */
public final class MemoryCheck {
    private final JobConfig job;
    private final SparkConf configuration;
    private final String master;
    private final int workers;

    /**
     * @param configuration of the session, with its master
     * @param workers of the run
     */
    public MemoryCheck(JobConfig job, SparkConf configuration, int workers) {
        this.job = job;
        this.configuration = configuration;
        this.master = configuration.get("spark.master");
        this.workers = workers;
    }

    /** With the samples packed: all is known. */
    public MemoryVerdict of(NetworkPlan plan, PreparedData data) {
        long samples = data.train().totalSamples();
        long test = data.test() == null ? 0 : data.test().totalSamples();
        long kept = samples - data.trainCount(job.data());
        return of(
                plan,
                new DataSize(
                        samples,
                        Math.max(test, kept),
                        data.train().featureType().bytes()));
    }

    /** With what headers tell. */
    public MemoryVerdict of(NetworkPlan plan, SampleLayout layout) {
        return of(
                plan,
                new DataSize(
                        layout.samples(),
                        layout.samples(),
                        layout.encoding().type().bytes()));
    }

    private MemoryVerdict of(NetworkPlan plan, DataSize size) {
        boolean encrypts = configuration.getBoolean("spark.network.crypto.enabled", false);
        ProcessLimits limits = ProcessLimits.of(
                master, configuration, workers, Runtime.getRuntime().maxMemory(), SparkHome.isStartedBySparkSubmit());
        long aPeer = limits.isThisProcess()
                ? 0
                : new DataTransport(encrypts, job.cluster().sharedMemory()).offHeapBytesAPeer();
        return new MemoryVerdict(WorkerMemoryEstimate.of(plan, job, size, workers, aPeer), limits);
    }

    /**
     * Before anything is started: what the shapes alone refuse, where those can be told without reading the data. All
     * else, and all that is wrong with the data, is left to those who come to it.
     *
     * @throws LockstepException (usage) when no setting of the data could make it fit
     */
    public void requireShapes(Configuration hadoop) {
        Optional<Shape> shape = shape(job.data(), hadoop);
        if (shape.isEmpty()) {
            return;
        }
        NetworkPlan plan;
        try {
            plan = NetworkPlan.of(job.model(), shape.get(), job.training().loss());
        } catch (IllegalArgumentException unfit) {
            // Told with the data, in its place.
            return;
        }
        int bytes = (job.data() instanceof CsvData ? ElementType.F32 : ElementType.U8).bytes();
        of(plan, new DataSize(job.training().batchSize(), 0, bytes)).require();
    }

    private static Optional<Shape> shape(DataSpec data, Configuration hadoop) {
        try {
            boolean isPlainTable =
                    data instanceof CsvData csv && csv.preprocessing().isEmpty();
            if (data instanceof ImageFolderData folder) {
                return Optional.of(folder.shape());
            }
            return data instanceof DigitsData || data instanceof IdxData || isPlainTable
                    ? Optional.of(SampleLayout.of(data, 1, hadoop).features())
                    : Optional.empty();
        } catch (LockstepException notYet) {
            return Optional.empty();
        }
    }
}
