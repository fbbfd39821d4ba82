package dev.lockstep.spark.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.data.PackedManifest;
import dev.lockstep.core.data.table.FittedTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model brings along for reading other samples than those it was trained with.
 *
 * @param classNames names of the classes 0, 1, 2 ..., or null
 * @param table how the rows of its table are read, or null where its samples are no rows
 */
public record FittedData(@Nullable List<String> classNames, @Nullable FittedTable table) {
    private static final String CLASS_NAMES = "class_names";
    private static final String TABLE = "table";

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /** What training samples bring along. */
    public static FittedData of(PackedManifest train) {
        return new FittedData(train.classNames(), train.table());
    }

    /** Adds it to the description of a model. */
    public void write(ObjectNode description) {
        description.set(CLASS_NAMES, JSON.valueToTree(classNames));
        description.set(TABLE, JSON.valueToTree(table));
    }

    /**
     * Reads what {@link #write} wrote, or nothing from a model that has none.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static FittedData read(ObjectNode description) {
        List<String> names = new ArrayList<>();
        description.path(CLASS_NAMES).forEach(name -> names.add(name.asText()));
        JsonNode table = description.path(TABLE);
        try {
            return new FittedData(
                    names.isEmpty() ? null : names,
                    table.isObject() ? JSON.treeToValue(table, FittedTable.class) : null);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(TABLE + ": " + e.getOriginalMessage(), e);
        }
    }
}
