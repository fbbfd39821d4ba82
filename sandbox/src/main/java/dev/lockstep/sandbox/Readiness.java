package dev.lockstep.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;

/** Asks the daemons whether they are of use yet, over their own pages. */
final class Readiness {
    private static final int TIMEOUT_MILLISECONDS = 2_000;

    private final Ports ports;
    private final ObjectMapper mapper = new ObjectMapper();

    Readiness(Ports ports) {
        this.ports = ports;
    }

    /** Data nodes that live, or -1 while the name node does not answer or is in safe mode. */
    int dataNodes() {
        JsonNode state = bean(ports.nameNodeWeb(), "Hadoop:service=NameNode,name=FSNamesystemState");
        boolean operational = state.path("FSState").asText().equals("Operational");
        return operational ? state.path("NumLiveDataNodes").asInt(-1) : -1;
    }

    private JsonNode bean(int port, String name) {
        return get("http://127.0.0.1:" + port + "/jmx?qry=" + name)
                .path("beans")
                .path(0);
    }

    /** Node managers that take containers, or -1. */
    int nodeManagers() {
        return bean(ports.resourceManagerWeb(), "Hadoop:service=ResourceManager,name=ClusterMetrics")
                .path("NumActiveNMs")
                .asInt(-1);
    }

    /** Workers of Spark's master that live, or -1. */
    int sparkWorkers() {
        return get("http://127.0.0.1:" + ports.sparkMasterWeb() + "/json/")
                .path("aliveworkers")
                .asInt(-1);
    }

    private JsonNode get(String address) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(address).toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLISECONDS);
            connection.setReadTimeout(TIMEOUT_MILLISECONDS);
            try (InputStream stream = connection.getInputStream()) {
                return mapper.readTree(stream);
            } finally {
                connection.disconnect();
            }
        } catch (IOException notYet) {
            return mapper.missingNode();
        }
    }
}
