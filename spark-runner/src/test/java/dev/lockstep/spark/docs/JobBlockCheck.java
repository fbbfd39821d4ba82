package dev.lockstep.spark.docs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.config.SettingsFile;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.schema.RecordSchema;
import dev.lockstep.core.schema.SettingSchema;
import dev.lockstep.core.schema.SettingType;
import dev.lockstep.spark.pipeline.PipelineSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Every block of YAML is a job that could be trained, or a part of one that could be put into a job. YAML of another kind
 * says so behind its fence: {@code ```yaml pipeline}.
 */
final class JobBlockCheck implements PageCheck {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a part is put into: whatever it changes has to fit this one. */
    private static final String WHOLE =
            """
            name: whole
            data: {format: idx, directory: /data, scale: 255, validation: {split: 0.1}}
            model: {layers: [flatten, {dense: {units: 128, activation: relu}}, {dense: {units: 10, activation: softmax}}]}
            training: {loss: sparse_categorical_crossentropy, batch_size: 128, epochs: 10, metrics: [accuracy]}
            cluster: {workers: 2}
            """;

    @Override
    public List<String> findings(Page page) {
        List<String> findings = new ArrayList<>();
        for (Page.Block block : page.blocks()) {
            if (block.info().equals("yaml") || block.info().matches("yaml \\S+\\.yaml")) {
                String objection = objection(block.text());
                if (!objection.isEmpty()) {
                    findings.add(page.at(block.line(), objection));
                }
            }
        }
        return findings;
    }

    private static String objection(String text) {
        Map<String, String> variables = new HashMap<>();
        Matcher variable = VARIABLE.matcher(text);
        while (variable.find()) {
            variables.put(variable.group(1), "/data");
        }
        try {
            Object tree = new Load(LoadSettings.builder().build()).loadFromString(text);
            if (!(tree instanceof Map<?, ?> top) || !JobKeys.top().containsAll(top.keySet())) {
                return ofPipeline(tree, text, variables);
            }
            if (top.containsKey("data") && top.containsKey("model") && top.containsKey("training")) {
                JobFile.read(text, "the block", List.of(), variables);
            } else {
                List<String> overrides = new ArrayList<>();
                override("", top, RecordSchema.of(JobConfig.class), overrides);
                JobFile.read(WHOLE, "the block in a whole job", overrides, variables);
            }
            return "";
        } catch (YamlEngineException | LockstepException | JsonProcessingException e) {
            return "is no job: " + e.getMessage();
        }
    }

    /** A pipeline file, or a part of one: its keys exist. */
    private static String ofPipeline(Object tree, String text, Map<String, String> variables) {
        if (!(tree instanceof Map<?, ?> top)
                || !top.keySet().stream().allMatch(key -> JobKeys.existsInPipeline(String.valueOf(key)))) {
            return "is neither a job or pipeline nor a part of one: say what it is behind the fence";
        }
        if (top.containsKey("gate")) {
            SettingsFile.read(PipelineSpec.class, text, "the block", List.of(), variables);
            return "";
        }
        for (Map.Entry<?, ?> group : top.entrySet()) {
            if (group.getValue() instanceof Map<?, ?> settings) {
                for (Object key : settings.keySet()) {
                    if (!JobKeys.existsInPipeline(group.getKey() + "." + key)) {
                        return "is no pipeline: there is no " + group.getKey() + "." + key;
                    }
                }
            }
        }
        return "";
    }

    /** Groups are gone into, so that what the part does not speak of stays as it is. */
    private static void override(String path, Map<?, ?> part, RecordSchema schema, List<String> overrides)
            throws JsonProcessingException {
        for (Map.Entry<?, ?> entry : part.entrySet()) {
            String key = String.valueOf(entry.getKey());
            SettingSchema setting = schema.setting(key);
            @Nullable Object value = entry.getValue();
            if (value instanceof Map<?, ?> group
                    && setting != null
                    && setting.type().kind() == SettingType.Kind.RECORD) {
                override(path + key + ".", group, setting.type().record(), overrides);
            } else if (value instanceof Map<?, ?> settings
                    && setting != null
                    && keepsItsKind(setting.type(), settings)) {
                for (Map.Entry<?, ?> inner : settings.entrySet()) {
                    overrides.add(path + key + "." + inner.getKey() + "=" + JSON.writeValueAsString(inner.getValue()));
                }
            } else {
                overrides.add(path + key + "=" + JSON.writeValueAsString(value));
            }
        }
    }

    /** Settings of the data, whatever their format is. */
    private static boolean keepsItsKind(SettingType type, Map<?, ?> settings) {
        return type.kind() == SettingType.Kind.ONE_OF
                && type.alternatives().isDiscriminated()
                && !settings.containsKey(type.alternatives().discriminator());
    }
}
