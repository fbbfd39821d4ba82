package dev.lockstep.spark.submit;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.yarn.api.ApplicationConstants.Environment;
import org.apache.hadoop.yarn.api.records.ContainerId;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.apache.hadoop.yarn.client.api.AMRMClient;
import org.apache.hadoop.yarn.client.api.AMRMClient.ContainerRequest;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.exceptions.InvalidApplicationMasterRequestException;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The YARN application whose master this process is: a driver in cluster mode.
 *
 * <p>Spark's application master tells YARN of an end only when the driver returned, or no attempt is left. A driver that
 * exits with a code is started again, with the same wrong job file. So a failure that is known to be final is told to
 * YARN from here, by YARN's own client and with the token that the master has.
 */
final class YarnApplication {
    private static final Logger LOG = LoggerFactory.getLogger(YarnApplication.class);
    private static final String ID = "spark.yarn.app.id";
    private static final String STAGING_DIRECTORY = "SPARK_YARN_STAGING_DIR";
    private static final long PATIENCE_SECONDS = 30;
    private static final int MESSAGE_CHARACTERS = 2_000;
    private static final int NO_PORT = -1;

    private final String id;
    private final Function<String, @Nullable String> properties;
    private final Function<String, @Nullable String> environment;

    private YarnApplication(
            String id, Function<String, @Nullable String> properties, Function<String, @Nullable String> environment) {
        this.id = id;
        this.properties = properties;
        this.environment = environment;
    }

    /** Empty for a process that is no application master. */
    static Optional<YarnApplication> here() {
        return here(System::getProperty, System::getenv);
    }

    static Optional<YarnApplication> here(
            Function<String, @Nullable String> properties, Function<String, @Nullable String> environment) {
        String id = properties.apply(ID);
        return id != null && "cluster".equals(properties.apply("spark.submit.deployMode"))
                ? Optional.of(new YarnApplication(id, properties, environment))
                : Optional.empty();
    }

    /** As YARN calls it. */
    String id() {
        return id;
    }

    /** The page of this container's log, as Spark makes it of those of executors. */
    Optional<String> logPage() {
        String host = environment.apply(Environment.NM_HOST.name());
        String port = environment.apply(Environment.NM_HTTP_PORT.name());
        String container = environment.apply(Environment.CONTAINER_ID.name());
        String user = environment.apply(Environment.USER.name());
        return host == null || port == null || container == null
                ? Optional.empty()
                : Optional.of("http://" + host + ":" + port + "/node/containerlogs/" + container + "/"
                        + (user == null ? "-" : user) + "/stderr");
    }

    /**
     * Tells YARN that the application has failed for good: no other attempt follows.
     *
     * @param message what YARN shows as its diagnostics
     */
    void failForGood(String message, Configuration hadoop) {
        within(() -> {
            AMRMClient<ContainerRequest> client = client(hadoop);
            try {
                // Where Spark has not registered this master yet, YARN's client does so before.
                client.unregisterApplicationMaster(FinalApplicationStatus.FAILED, shortened(message), history());
            } finally {
                client.stop();
            }
            removeStagingDirectory(hadoop);
        });
    }

    /**
     * Tells YARN of a success without a Spark session, such as that of a run which is completed already: Spark's
     * application master would report a failure. Where there was a session Spark does it itself.
     */
    void succeedWithoutSession(Configuration hadoop) {
        within(() -> {
            AMRMClient<ContainerRequest> client = client(hadoop);
            try {
                client.registerApplicationMaster(InetAddress.getLocalHost().getHostName(), NO_PORT, "");
                client.unregisterApplicationMaster(FinalApplicationStatus.SUCCEEDED, "", history());
                removeStagingDirectory(hadoop);
            } catch (InvalidApplicationMasterRequestException registered) {
                LOG.debug("Spark's own application master tells of the success", registered);
            } finally {
                client.stop();
            }
        });
    }

    private static AMRMClient<ContainerRequest> client(Configuration hadoop) {
        AMRMClient<ContainerRequest> client = AMRMClient.createAMRMClient();
        client.init(new YarnConfiguration(hadoop));
        client.start();
        return client;
    }

    /** Something that talks to YARN. */
    private interface Telling {
        void tell() throws IOException, YarnException;
    }

    /** A resource manager that does not answer must not keep a container for a quarter of an hour. */
    private static void within(Telling telling) {
        Thread thread = new Thread(
                () -> {
                    try {
                        telling.tell();
                    } catch (IOException | YarnException | RuntimeException e) {
                        LOG.warn("YARN could not be told how this ended, and may start it again: {}", e.toString());
                    }
                },
                "lockstep-yarn-end");
        thread.setDaemon(true);
        thread.start();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String shortened(String message) {
        return message.length() <= MESSAGE_CHARACTERS ? message : message.substring(0, MESSAGE_CHARACTERS) + " ...";
    }

    /** The page that people are sent to afterwards. */
    private String history() {
        String server = properties.apply("spark.yarn.historyServer.address");
        String container = environment.apply(Environment.CONTAINER_ID.name());
        if (server == null || container == null) {
            return "";
        }
        int attempt =
                ContainerId.fromString(container).getApplicationAttemptId().getAttemptId();
        return (server.contains("://") ? server : "http://" + server) + "/history/" + id + "/" + attempt;
    }

    /** Spark's own master removes it only when it tells YARN of the end itself. */
    private void removeStagingDirectory(Configuration hadoop) throws IOException {
        String directory = environment.apply(STAGING_DIRECTORY);
        if (directory != null && !"true".equals(properties.apply("spark.yarn.preserve.staging.files"))) {
            Path path = new Path(directory);
            path.getFileSystem(hadoop).delete(path, true);
        }
    }
}
