package dev.lockstep.spark.docs;

import dev.lockstep.core.evaluation.Metric;
import dev.lockstep.core.schema.Alternatives;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every dotted name between backticks is something that exists: a key of the job file, a setting of Spark, a figure of
 * {@code result.json}, a file, a package or a class.
 */
final class KeyCheck implements PageCheck {
    private static final Pattern DOTTED = Pattern.compile(
            "(?:--set |--conf )?([a-z][A-Za-z0-9_-]*(?:\\.[A-Za-z0-9_*-]+)+)(?:[=:](?:\\s.*|[^:/].*)?)?");

    private static final Pattern FILE = Pattern.compile(
            ".*\\.(md|json|jsonl|ya?ml|html|csv|f32|zip|h5|keras|jar|java|log|xml|so|bin|py|sh|properties|so\\.\\d+|bash|gz|conf)(\\.\\d+)*");

    /** What belongs to others (the kernel, the build, Keras), parts of names of secrets, and files and tensors of a run. */
    private static final Set<String> OTHERS = Set.of(
            "lease.*",
            "residual.RANK",
            "access.key",
            "account.key",
            "private.key",
            "api.key",
            "java.module.flags",
            "net.ipv4.ip_local_port_range",
            "layer.trainable",
            "model.fit",
            "model.transform",
            "pids.max");

    private static final Pattern FAMILIES =
            Pattern.compile("(yarn|hadoop|dfs|fs|ipc|java|javax|jdk|sun|org|com|io|keras|tf|tensorflow|kubectl)\\..*");

    private static final Set<String> PARTS_OF_RESULT =
            Set.of("train", "validation", "test", "splits", "stopped_early", "best", "expected", "macro", "micro");

    private static final String METRICS_PAGE = "docs/watching.md";

    private final Sources sources;

    KeyCheck(Sources sources) {
        this.sources = sources;
    }

    @Override
    public List<String> findings(Page page) {
        List<String> findings = new ArrayList<>();
        for (Page.Passage code : page.codes()) {
            Matcher dotted = DOTTED.matcher(code.text());
            if (dotted.matches() && !exists(dotted.group(1)) && !isMetric(page, dotted.group(1))) {
                findings.add(page.at(
                        code.line(),
                        "`" + dotted.group(1) + "` is no key of the job file or of Spark, no figure, file or class"));
            }
        }
        return findings;
    }

    private boolean exists(String name) {
        return JobKeys.exists(name)
                || JobKeys.existsInPipeline(name)
                || SparkKeys.exists(name)
                || isFigure(name)
                || FILE.matcher(name).matches()
                || sources.hasPackageOrClass(name)
                || OTHERS.contains(name)
                || FAMILIES.matcher(name).matches();
    }

    /** Such as {@code test.accuracy}. */
    private boolean isFigure(String name) {
        String[] parts = name.split("\\.", -1);
        if (parts.length != 2 || !PARTS_OF_RESULT.contains(parts[0])) {
            return false;
        }
        return Alternatives.of(Metric.class).names().contains(parts[1])
                || sources.program("RunResult").orElse("").contains('"' + parts[1] + '"')
                || Set.of("loss", "samples_per_second", "confusion_matrix", "baseline", "per_class")
                        .contains(parts[1]);
    }

    /** Of Spark's metrics system: {@code workers.present}. */
    private boolean isMetric(Page page, String name) {
        String group = name.substring(0, name.indexOf('.') + 1);
        return page.name().equals(METRICS_PAGE)
                && sources.program("TrainingSource").orElse("").contains('"' + group);
    }
}
