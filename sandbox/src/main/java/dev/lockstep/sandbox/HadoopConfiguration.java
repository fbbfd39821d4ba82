package dev.lockstep.sandbox;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;

/** The files in {@code HADOOP_CONF_DIR}, for daemons and clients alike. */
final class HadoopConfiguration {
    private static final String LOOPBACK = "127.0.0.1";
    private static final String ANY_PORT = LOOPBACK + ":0";
    private static final String REPLICATION = "2";

    private final Layout layout;
    private final Ports ports;
    private final int cores;
    private final int memoryMib;

    /**
     * @param cores of each node manager
     * @param memoryMib of each node manager
     */
    HadoopConfiguration(Layout layout, Ports ports, int cores, int memoryMib) {
        this.layout = layout;
        this.ports = ports;
        this.cores = cores;
        this.memoryMib = memoryMib;
    }

    private static String at(int port) {
        return LOOPBACK + ":" + port;
    }

    /** What clients and daemons read. */
    Configuration client() {
        Configuration all = new Configuration(false);
        all.addResource(new org.apache.hadoop.fs.Path(
                layout.hadoop().resolve("core-site.xml").toUri()));
        all.addResource(new org.apache.hadoop.fs.Path(
                layout.hadoop().resolve("hdfs-site.xml").toUri()));
        all.addResource(new org.apache.hadoop.fs.Path(
                layout.hadoop().resolve("yarn-site.xml").toUri()));
        return all;
    }

    void write() throws IOException {
        Files.createDirectories(layout.hadoop());
        write("core-site.xml", core());
        write("hdfs-site.xml", hdfs());
        write("yarn-site.xml", yarn());
        // The published jars have no pages; the name node wants folders of that name all the same.
        for (String daemon : new String[] {"hdfs", "datanode"}) {
            Files.createDirectories(layout.hadoop().resolve("webapps").resolve(daemon));
        }
        Files.writeString(
                layout.hadoop().resolve("log4j2.properties"),
                """
                rootLogger.level = info
                rootLogger.appenderRef.stdout.ref = stdout
                appender.stdout.type = Console
                appender.stdout.name = stdout
                appender.stdout.layout.type = PatternLayout
                appender.stdout.layout.pattern = %d{ISO8601} %p %c{1}: %m%n
                """);
    }

    private void write(String name, Configuration configuration) throws IOException {
        try (OutputStream stream = Files.newOutputStream(layout.hadoop().resolve(name))) {
            configuration.writeXml(stream);
        }
    }

    private Configuration core() {
        Configuration core = new Configuration(false);
        core.set("fs.defaultFS", "hdfs://" + at(ports.nameNode()));
        core.set("hadoop.tmp.dir", layout.data("tmp").toString());
        return core;
    }

    private Configuration hdfs() {
        Configuration hdfs = new Configuration(false);
        hdfs.set("dfs.replication", REPLICATION);
        hdfs.set("dfs.namenode.rpc-address", at(ports.nameNode()));
        hdfs.set("dfs.namenode.http-address", at(ports.nameNodeWeb()));
        hdfs.set("dfs.namenode.name.dir", layout.data("namenode").toUri().toString());
        hdfs.set("dfs.datanode.address", ANY_PORT);
        hdfs.set("dfs.datanode.ipc.address", ANY_PORT);
        hdfs.set("dfs.datanode.http.address", ANY_PORT);
        hdfs.set("dfs.datanode.hostname", LOOPBACK);
        hdfs.set("dfs.namenode.datanode.registration.ip-hostname-check", "false");
        hdfs.set("dfs.namenode.safemode.extension", "0");
        // With two data nodes a lost one has no replacement: what is being written goes on with the other.
        hdfs.set("dfs.client.block.write.replace-datanode-on-failure.policy", "NEVER");
        return hdfs;
    }

    private Configuration yarn() {
        Configuration yarn = new Configuration(false);
        yarn.set("yarn.resourcemanager.hostname", LOOPBACK);
        yarn.set("yarn.resourcemanager.address", at(ports.resourceManager()));
        yarn.set("yarn.resourcemanager.scheduler.address", at(ports.resourceManagerScheduler()));
        yarn.set("yarn.resourcemanager.resource-tracker.address", at(ports.resourceManagerTracker()));
        yarn.set("yarn.resourcemanager.admin.address", at(ports.resourceManagerAdmin()));
        yarn.set("yarn.resourcemanager.webapp.address", at(ports.resourceManagerWeb()));
        // The capacity scheduler wants a file of its own and teaches nothing here.
        yarn.set(
                "yarn.resourcemanager.scheduler.class",
                "org.apache.hadoop.yarn.server.resourcemanager.scheduler.fifo.FifoScheduler");
        yarn.set("yarn.scheduler.minimum-allocation-mb", "256");
        yarn.set("yarn.scheduler.maximum-allocation-mb", String.valueOf(memoryMib));
        yarn.set("yarn.nodemanager.hostname", LOOPBACK);
        yarn.set("yarn.nodemanager.address", ANY_PORT);
        yarn.set("yarn.nodemanager.localizer.address", ANY_PORT);
        yarn.set("yarn.nodemanager.webapp.address", ANY_PORT);
        yarn.set("yarn.nodemanager.resource.memory-mb", String.valueOf(memoryMib));
        yarn.set("yarn.nodemanager.resource.cpu-vcores", String.valueOf(cores));
        yarn.set("yarn.nodemanager.pmem-check-enabled", "false");
        yarn.set("yarn.nodemanager.vmem-check-enabled", "false");
        yarn.set("yarn.nodemanager.disk-health-checker.enable", "false");
        yarn.set("yarn.nodemanager.delete.debug-delay-sec", "3600");
        yarn.set("yarn.nodemanager.env-whitelist", "JAVA_HOME,HADOOP_CONF_DIR");
        return yarn;
    }
}
