package dev.lockstep.spark;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.apache.hadoop.yarn.server.MiniYARNCluster;
import org.apache.hadoop.yarn.server.resourcemanager.scheduler.ResourceScheduler;
import org.apache.hadoop.yarn.server.resourcemanager.scheduler.fifo.FifoScheduler;

/** A real YARN with two node managers over a real HDFS with two data nodes, all in this JVM; containers are processes. */
final class YarnCluster implements AutoCloseable {
    private static final int NODES = 2;

    private final MiniDFSCluster hdfs;
    private final MiniYARNCluster yarn;

    /** @param name of the folder under {@code target} that takes its files */
    YarnCluster(String name) throws IOException {
        Path state = Files.createTempDirectory(Files.createDirectories(Path.of("target", "hdfs")), name);
        hdfs = new MiniDFSCluster.Builder(
                        new Configuration(), state.toAbsolutePath().toFile())
                .numDataNodes(NODES)
                .build();
        hdfs.waitActive();
        YarnConfiguration configuration = new YarnConfiguration();
        configuration.set(FileSystem.FS_DEFAULT_NAME_KEY, hdfs.getURI().toString());
        // The capacity scheduler wants a file of its own that the minicluster does not bring.
        configuration.setClass(YarnConfiguration.RM_SCHEDULER, FifoScheduler.class, ResourceScheduler.class);
        // A full disk or a small machine is not what is tested.
        configuration.setBoolean(YarnConfiguration.NM_DISK_HEALTH_CHECK_ENABLE, false);
        configuration.setBoolean(YarnConfiguration.NM_PMEM_CHECK_ENABLED, false);
        configuration.setBoolean(YarnConfiguration.NM_VMEM_CHECK_ENABLED, false);
        configuration.setInt(YarnConfiguration.RM_SCHEDULER_MINIMUM_ALLOCATION_MB, 256);
        yarn = new MiniYARNCluster(name, NODES, 1, 1);
        yarn.init(configuration);
        yarn.start();
        try {
            if (!yarn.waitForNodeManagersToConnect(60_000)) {
                throw new IllegalStateException("the node managers did not connect");
            }
        } catch (YarnException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Writes the files that clients find in {@code HADOOP_CONF_DIR}. */
    Path writeConfiguration(Path folder) throws IOException {
        Files.createDirectories(folder);
        Configuration core = new Configuration(false);
        core.set(FileSystem.FS_DEFAULT_NAME_KEY, uri());
        write(core, folder.resolve("core-site.xml"));
        Configuration site = new Configuration(false);
        yarn.getConfig().forEach(setting -> {
            if (setting.getKey().startsWith("yarn.resourcemanager.")) {
                site.set(setting.getKey(), setting.getValue());
            }
        });
        write(site, folder.resolve("yarn-site.xml"));
        return folder;
    }

    private static void write(Configuration configuration, Path file) throws IOException {
        try (OutputStream stream = Files.newOutputStream(file)) {
            configuration.writeXml(stream);
        }
    }

    /** Of the HDFS. */
    String uri() {
        return hdfs.getURI().toString();
    }

    /** The text of a file of the HDFS. */
    String read(String path) throws IOException {
        try (var stream = hdfs.getFileSystem().open(new org.apache.hadoop.fs.Path(path))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Writes a file to the HDFS. */
    void write(String path, String text) throws IOException {
        try (OutputStream stream = hdfs.getFileSystem().create(new org.apache.hadoop.fs.Path(path))) {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** What all containers wrote, for the message of a failed test. */
    String logs() {
        File work = yarn.getTestWorkDir();
        try (var files = Files.walk(work.toPath())) {
            StringBuilder text = new StringBuilder();
            for (Path file : files.filter(file -> file.toString().matches(".*/container_[^/]*/(stdout|stderr)"))
                    .sorted()
                    .toList()) {
                text.append("== ").append(file).append('\n').append(Files.readString(file));
            }
            return text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        yarn.stop();
        hdfs.shutdown(true);
    }
}
