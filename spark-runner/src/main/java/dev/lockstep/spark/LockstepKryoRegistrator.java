package dev.lockstep.spark;

import com.esotericsoftware.kryo.Kryo;
import java.util.List;
import org.apache.spark.serializer.KryoRegistrator;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

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
        registerSchemas(kryo);
    }

    /** Tasks that infer the schema of Parquet files give it back as objects, which Spark 3.5 does not register. */
    private static void registerSchemas(Kryo kryo) {
        for (Class<?> type : new Class<?>[] {
            StructType.class, StructField.class, StructField[].class, Metadata.class, ArrayType.class, MapType.class
        }) {
            kryo.register(type);
        }
        for (DataType type : List.of(
                DataTypes.StringType,
                DataTypes.BinaryType,
                DataTypes.BooleanType,
                DataTypes.DateType,
                DataTypes.TimestampType,
                DataTypes.DoubleType,
                DataTypes.FloatType,
                DataTypes.ByteType,
                DataTypes.ShortType,
                DataTypes.IntegerType,
                DataTypes.LongType,
                DataTypes.NullType,
                DataTypes.createDecimalType())) {
            kryo.register(type.getClass());
        }
        kryo.register(scala.collection.immutable.Map$.MODULE$.empty().getClass());
    }
}
