package dev.lockstep.spark.doctor;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Where a check that needs executors gets a Spark session from. */
public interface Sessions {
    /** Opens one, or lends one that is open. */
    JavaSparkContext open(SparkConf configuration);

    /** Gives it back. */
    void close(JavaSparkContext session);

    /** A session for the doctor alone. */
    static Sessions own() {
        return new Sessions() {
            @Override
            public JavaSparkContext open(SparkConf configuration) {
                return new JavaSparkContext(configuration);
            }

            @Override
            public void close(JavaSparkContext session) {
                session.close();
            }
        };
    }

    /** One that somebody else has opened and will close. */
    static Sessions shared(JavaSparkContext session) {
        return new Sessions() {
            @Override
            public JavaSparkContext open(SparkConf configuration) {
                return session;
            }

            @Override
            public void close(JavaSparkContext shared) {
                // Its owner's to close.
            }
        };
    }
}
