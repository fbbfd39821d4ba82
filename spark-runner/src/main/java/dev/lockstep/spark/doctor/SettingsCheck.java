package dev.lockstep.spark.doctor;

import dev.lockstep.core.error.ExitCode;
import java.util.ArrayList;
import java.util.List;

/** Whether the workers have a place: slots beside workers, cores beside tasks. */
final class SettingsCheck implements Check {
    @Override
    public String name() {
        return "slots";
    }

    @Override
    public List<Finding> look(Subject subject) {
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok("master", subject.master()));
        findings.add(slots(subject));
        int taskCores = subject.configuration().getInt("spark.task.cpus", 1);
        int cores = subject.configuration().getInt("spark.executor.cores", taskCores);
        if (cores < taskCores) {
            findings.add(Finding.ofCluster(
                    "cores",
                    "spark.executor.cores is " + cores + ", spark.task.cpus " + taskCores,
                    "give executors at least as many cores as a task takes"));
        }
        return findings;
    }

    private static Finding slots(Subject subject) {
        boolean isKnown = subject.slots().isPresent();
        int slots = subject.slots().orElse(0);
        if (subject.asked().isEmpty()) {
            return isKnown && slots > 0
                    ? Finding.ok(
                            "slots", slots + (slots == 1 ? " task at once" : " tasks at once") + ", as many workers")
                    : Finding.problem(
                            "slots",
                            "how many workers? " + subject.master() + " does not say",
                            "give --workers N, or set spark.executor.instances and spark.executor.cores",
                            ExitCode.USAGE);
        }
        int asked = subject.asked().getAsInt();
        if (isKnown && slots < asked) {
            return Finding.ofCluster(
                    "slots",
                    asked + (asked == 1 ? " worker" : " workers") + " at once, " + slots + " slots",
                    "ask for fewer workers, or for a larger cluster (executors x cores / spark.task.cpus)");
        }
        return Finding.ok(
                "slots", asked + (asked == 1 ? " worker" : " workers") + (isKnown ? ", " + slots + " slots" : ""));
    }
}
