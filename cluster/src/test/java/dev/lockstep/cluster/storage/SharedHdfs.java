package dev.lockstep.cluster.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/** One HDFS with two data nodes for all tests of this JVM; who stops a part of it starts it again. */
final class SharedHdfs {
    private static final AtomicInteger NEXT = new AtomicInteger();

    private SharedHdfs() {}

    /** Started when first asked for. */
    private static final class Holder {
        static final MiniDFSCluster CLUSTER = start();

        private static MiniDFSCluster start() {
            try {
                Path state = Files.createTempDirectory(Files.createDirectories(Path.of("target", "hdfs")), "cluster");
                Configuration configuration = new Configuration();
                configuration.set("dfs.permissions.superusergroup", System.getProperty("user.name"));
                // A data node that died is noticed in 5 s and not in 10 minutes.
                configuration.setInt("dfs.heartbeat.interval", 1);
                configuration.setInt("dfs.namenode.heartbeat.recheck-interval", 1000);
                MiniDFSCluster cluster = new MiniDFSCluster.Builder(
                                configuration, state.toAbsolutePath().toFile())
                        .numDataNodes(2)
                        .build();
                cluster.waitActive();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> cluster.shutdown(true)));
                return cluster;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static MiniDFSCluster cluster() {
        return Holder.CLUSTER;
    }

    /** The URI of a directory that is not there yet. */
    static String freshLocation() {
        return cluster().getURI() + "/runs/run-" + NEXT.incrementAndGet();
    }
}
