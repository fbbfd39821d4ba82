package dev.lockstep.spark.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the versions a bug report needs. */
final class VersionText implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {
            "Lockstep " + property("/dev/lockstep/spark/build.properties", "version") + " (Java "
                    + Runtime.version().feature() + ", Spark " + property("/spark-version-info.properties", "version")
                    + ")"
        };
    }

    private static String property(String resource, String key) {
        try (InputStream stream = VersionText.class.getResourceAsStream(resource)) {
            if (stream == null) {
                return "not found";
            }
            Properties properties = new Properties();
            properties.load(stream);
            return properties.getProperty(key, "unknown");
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read " + resource, failure);
        }
    }
}
