package dev.lockstep.spark;

import dev.lockstep.cluster.membership.Coordinator;
import dev.lockstep.cluster.membership.DataAddress;
import dev.lockstep.cluster.membership.Member;
import dev.lockstep.cluster.membership.MembershipSettings;
import dev.lockstep.cluster.membership.RunSecret;
import dev.lockstep.cluster.transport.DataTransport;
import dev.lockstep.core.collective.LocalCoordinator;
import dev.lockstep.core.collective.Membership;
import dev.lockstep.core.collective.RunCoordinator;
import dev.lockstep.core.collective.RunObserver;
import dev.lockstep.core.config.ClusterSpec;
import dev.lockstep.core.config.JobConfig;
import java.time.Duration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the workers of a run meet: in one JVM through shared memory, else over authenticated connections. */
final class Memberships {
    private static final Logger LOG = LoggerFactory.getLogger(Memberships.class);

    private Memberships() {}

    /** Starts the driver's side of an attempt. */
    static RunCoordinator coordinator(
            JobConfig job, SparkConf spark, String attemptId, int workers, byte[] secret, RunObserver observer) {
        if (WorkerCount.isLocal(spark.get("spark.master"))) {
            return new LocalCoordinator(
                    attemptId,
                    workers,
                    seconds(job.cluster().stallSeconds()),
                    seconds(job.cluster().joinSeconds()),
                    observer);
        }
        MembershipSettings settings = new MembershipSettings(
                workers,
                RunSecret.of(secret),
                spark.get("spark.driver.host"),
                spark.get("spark.driver.bindAddress", spark.get("spark.driver.host")),
                job.cluster().coordinatorPorts(),
                job.cluster().stallSeconds(),
                job.cluster().joinSeconds(),
                transport(encryptData(spark), job));
        return new Coordinator(settings, observer);
    }

    /** The worker's side of the same attempt. */
    static Membership join(WorkerSpec spec, JobConfig job, int rank, int taskAttempt) {
        if (spec.coordinatorAddress().startsWith("local:")) {
            return LocalCoordinator.member(spec.coordinatorAddress(), rank);
        }
        byte[] secret = AttemptSecret.resolve(spec.secret(), spec.runId(), spec.fencingNumber());
        String host = SparkEnv.get().blockManager().blockManagerId().host();
        MembershipSettings settings = new MembershipSettings(
                spec.workers(),
                RunSecret.of(secret),
                host,
                job.cluster().stallSeconds(),
                job.cluster().joinSeconds(),
                transport(spec.encryptData(), job));
        ClusterSpec cluster = job.cluster();
        return Member.connect(
                spec.coordinatorAddress(),
                rank,
                taskAttempt,
                settings,
                () -> DataAddress.of(
                        cluster.workerPorts(),
                        cluster.workerBindAddress(),
                        cluster.workerAdvertiseAddress(),
                        host,
                        System.getenv()));
    }

    private static DataTransport transport(boolean encrypt, JobConfig job) {
        return new DataTransport(encrypt, job.cluster().sharedMemory());
    }

    /** Gradients are encrypted where Spark's own traffic is. */
    static boolean encryptData(SparkConf spark) {
        return spark.getBoolean("spark.network.crypto.enabled", false);
    }

    /** One line in the driver's log: whether somebody on the network could read the gradients. */
    static void tellConfidentiality(SparkConf spark) {
        if (WorkerCount.isLocal(spark.get("spark.master"))) {
            return;
        }
        if (encryptData(spark)) {
            LOG.info("Data plane: encrypted (AES-256-GCM), since spark.network.crypto.enabled is true");
        } else {
            LOG.warn("Data plane: in clear. Who can listen to the network between the workers reads gradients and"
                    + " parameters; spark.authenticate=true and spark.network.crypto.enabled=true encrypt them");
        }
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }
}
