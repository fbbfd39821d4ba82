package dev.lockstep.spark.doctor;

import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.model.NetworkPlan;
import dev.lockstep.spark.data.SampleLayout;
import dev.lockstep.spark.memory.MemoryCheck;
import dev.lockstep.spark.memory.MemoryVerdict;
import java.time.Duration;
import java.util.List;

/** What the job may need beside what its processes have. */
final class MemoryNeedCheck implements Check {
    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Duration deadline() {
        return Duration.ofSeconds(60);
    }

    @Override
    public List<Finding> look(Subject subject) {
        if (!subject.jobGiven()) {
            return List.of(Finding.ok("memory", "not looked at: no job file given"));
        }
        SampleLayout layout = DataCheck.layout(subject);
        NetworkPlan plan = DataCheck.plan(subject, layout);
        MemoryVerdict verdict =
                new MemoryCheck(subject.job(), subject.configuration(), subject.workers()).of(plan, layout);
        String line = verdict.line().replaceFirst("^memory: ", "");
        if (verdict.objection() != null) {
            return List.of(Finding.problem("memory", line, verdict.objection(), ExitCode.USAGE));
        }
        return List.of(
                verdict.warning() == null
                        ? Finding.ok("memory", line)
                        : Finding.warning("memory", line, verdict.warning()));
    }
}
