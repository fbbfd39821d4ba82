package dev.lockstep.spark;

import com.esotericsoftware.kryo.Kryo;
import org.apache.spark.serializer.KryoRegistrator;

/**
 * Registers with Kryo what Spark ships for Lockstep. Closures carry primitives and JSON, results are JSON, so the list
 * stays short; {@code spark.kryo.registrationRequired} makes a forgotten class an error instead of a slow surprise.
 */
public final class LockstepKryoRegistrator implements KryoRegistrator {
    @Override
    public void registerClasses(Kryo kryo) {
        for (Class<?> type : new Class<?>[] {
            Object[].class,
            String[].class,
            Integer[].class,
            int[].class,
            long[].class,
            float[].class,
            double[].class,
            byte[].class
        }) {
            kryo.register(type);
        }
    }
}
