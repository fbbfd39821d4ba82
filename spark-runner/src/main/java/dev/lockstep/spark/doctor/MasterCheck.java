package dev.lockstep.spark.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.jspecify.annotations.Nullable;

/** Whether somebody answers where the master is said to be; Spark itself would try for minutes. */
final class MasterCheck implements Check {
    static final String ABOUT = "master's port";
    private static final String STANDALONE = "spark://";
    private static final int CONNECT_MILLISECONDS = 3_000;

    @Override
    public String name() {
        return ABOUT;
    }

    @Override
    public List<Finding> look(Subject subject) {
        String master = subject.master();
        if (master.startsWith(STANDALONE)) {
            return List.of(anyOf(
                    List.of(master.substring(STANDALONE.length()).split(",")),
                    "start the master (sbin/start-master.sh), or correct --master; its port is 7077 unless set"));
        }
        if (master.startsWith("yarn")) {
            YarnConfiguration yarn = new YarnConfiguration(subject.hadoop());
            InetSocketAddress manager = yarn.getSocketAddr(
                    YarnConfiguration.RM_ADDRESS,
                    YarnConfiguration.DEFAULT_RM_ADDRESS,
                    YarnConfiguration.DEFAULT_RM_PORT);
            return yarn.getBoolean(YarnConfiguration.RM_HA_ENABLED, false)
                    ? List.of()
                    : List.of(
                            anyOf(
                                    List.of(manager.getHostString() + ":" + manager.getPort()),
                                    "set HADOOP_CONF_DIR to the cluster's configuration, and see that the ResourceManager is up"));
        }
        return List.of();
    }

    private static Finding anyOf(List<String> addresses, String fix) {
        List<String> failures = new ArrayList<>();
        for (String address : addresses) {
            String failure = failure(address);
            if (failure == null) {
                return Finding.ok(ABOUT, address + " answers");
            }
            failures.add(address + ": " + failure);
        }
        return Finding.ofCluster(ABOUT, String.join("; ", failures), fix);
    }

    private static @Nullable String failure(String address) {
        int colon = address.lastIndexOf(':');
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
                    CONNECT_MILLISECONDS);
            return null;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return "expected host:port";
        }
    }
}
