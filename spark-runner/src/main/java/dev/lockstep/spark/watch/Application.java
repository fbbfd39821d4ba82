package dev.lockstep.spark.watch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * What a cluster calls the session of a run, and where people look at it.
 *
 * @param id of the application, also the name of its event log
 * @param ui address of its pages, on YARN those behind the ResourceManager's; null where it has none
 * @param eventLog where its events are kept for the history server; null where they are not
 */
public record Application(String id, @Nullable String ui, @Nullable String eventLog) {
    /** The ResourceManager's address of the pages: set by YARN, since only it lets people in. */
    private static final String PROXY =
            "spark.org.apache.hadoop.yarn.server.webproxy.amfilter.AmIpFilter.param.PROXY_URI_BASES";

    private static final String EVENT_LOG = "spark.eventLog.enabled";
    private static final String EVENT_LOG_DIRECTORY = "spark.eventLog.dir";

    /** That of a session. */
    public static Application of(JavaSparkContext spark) {
        SparkConf configuration = spark.sc().conf();
        Option<String> own = spark.sc().uiWebUrl();
        String proxies = configuration.get(PROXY, "");
        String ui = own.isEmpty() ? null : proxies.isEmpty() ? own.get() : proxies.split(",", -1)[0];
        String log = configuration.getBoolean(EVENT_LOG, false)
                ? configuration
                                .get(EVENT_LOG_DIRECTORY, "file:/tmp/spark-events")
                                .replaceAll("/+$", "") + "/" + spark.sc().applicationId()
                : null;
        return new Application(spark.sc().applicationId(), ui, log);
    }

    /** What a person needs to find it again; empty for a session in one process that shows nothing. */
    Optional<ObjectNode> event(String master) {
        boolean local = master.startsWith("local") && !master.startsWith("local-cluster");
        if (local && ui == null && eventLog == null) {
            return Optional.empty();
        }
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("event", "application");
        event.put("application_id", id);
        event.put("master", master);
        event.put("event_log", eventLog);
        event.put("ui", ui);
        return Optional.of(event);
    }

    /** Adds it to the end of a result. */
    public void addTo(ObjectNode result) {
        result.put("application_id", id);
        result.put("ui", ui);
    }
}
