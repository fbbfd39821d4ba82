package dev.lockstep.cluster.transport;

import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.apache.spark.network.sasl.SecretKeyHolder;
import org.apache.spark.network.util.MapConfigProvider;
import org.apache.spark.network.util.TransportConf;

/** The private configuration of Spark's network library: always authenticated, always encrypted, whatever Spark's own is. */
final class ControlNetwork {
    /** The name both sides authenticate under; the secret alone tells runs apart. */
    static final String APPLICATION = "lockstep";

    private ControlNetwork() {}

    /**
     * Makes the configuration.
     *
     * @param deadline for connecting and for each message of the authentication
     */
    static TransportConf configuration(Duration deadline) {
        String milliseconds = deadline.toMillis() + "ms";
        return new TransportConf(
                "lockstep",
                new MapConfigProvider(Map.ofEntries(
                        Map.entry("spark.network.crypto.enabled", "true"),
                        // Version 1 derives its keys in a way that Spark itself has since replaced.
                        Map.entry("spark.network.crypto.authEngineVersion", "2"),
                        // Not GCM: Spark 3.5.5's own handler stops delivering when two messages arrive in one read.
                        Map.entry("spark.network.crypto.cipher", "AES/CTR/NoPadding"),
                        Map.entry("spark.network.crypto.saslFallback", "false"),
                        Map.entry("spark.network.auth.rpcTimeout", milliseconds),
                        Map.entry("spark.lockstep.io.connectionCreationTimeout", milliseconds),
                        Map.entry("spark.lockstep.io.mode", "NIO"),
                        Map.entry("spark.lockstep.io.enableTcpKeepAlive", "true"),
                        Map.entry("spark.lockstep.io.serverThreads", "2"),
                        Map.entry("spark.lockstep.io.clientThreads", "1"))));
    }

    /** Spark's library wants the secret as text. */
    static SecretKeyHolder holder(byte[] secret) {
        String text = HexFormat.of().formatHex(secret);
        return new SecretKeyHolder() {
            @Override
            public String getSaslUser(String application) {
                return APPLICATION;
            }

            @Override
            public String getSecretKey(String application) {
                return text;
            }
        };
    }
}
