package dev.lockstep.spark;

import com.esotericsoftware.kryo.Kryo;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.serializer.KryoRegistrator;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRow;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.catalyst.util.QuantileSummaries;
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

    /** What Spark's readers and its ML give back from tasks as objects, and Spark 3.5 does not register. */
    private static void registerSchemas(Kryo kryo) {
        for (Class<?> type : new Class<?>[] {
            Row.class,
            Row[].class,
            GenericRow.class,
            GenericRowWithSchema.class,
            QuantileSummaries.class,
            QuantileSummaries[].class,
            QuantileSummaries.Stats.class,
            QuantileSummaries.Stats[].class,
            StructType.class,
            StructField.class,
            StructField[].class,
            Metadata.class,
            ArrayType.class,
            MapType.class
        }) {
            kryo.register(type);
        }
        // What Spark's CSV reader looks for the types of columns with.
        kryo.register(DataType[].class);
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
                DataTypes.createDecimalType(),
                SQLDataTypes.VectorType())) {
            kryo.register(type.getClass());
        }
        kryo.register(scala.collection.immutable.Map$.MODULE$.empty().getClass());
    }
}
