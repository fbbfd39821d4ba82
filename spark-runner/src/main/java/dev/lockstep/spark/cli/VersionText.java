package dev.lockstep.spark.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the versions a bug report needs. */
public final class VersionText implements IVersionProvider {
    /** Such as {@code Lockstep 0.1.0 (Java 17, Spark 3.5.5)}. */
    public static String line() {
        return "Lockstep " + property("/dev/lockstep/spark/build.properties", "version") + " (Java "
                + Runtime.version().feature() + ", Spark " + property("/spark-version-info.properties", "version")
                + ")";
    }

    @Override
    public String[] getVersion() {
        return new String[] {line()};
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
