package dev.lockstep.core.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.core.collective.ProcessGroup;
import dev.lockstep.core.data.SampleSource;
import dev.lockstep.core.evaluation.EvaluationResult;
import dev.lockstep.core.evaluation.EvaluationScope;
import dev.lockstep.core.model.NetworkPlan;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The evaluation of a finished model, in which some samples are picked out for the report: of the test samples; where
 * there are none, of the validation samples, whose figures are known already.
 */
final class FinalEvaluation {
    private final TrainingData data;
    private final Evaluator evaluator;
    private final NetworkPlan plan;
    private final int shownCount;

    /**
     * @param shownCount how many of the first samples and of the worst mistakes are shown; 0 for none
     */
    FinalEvaluation(TrainingData data, Evaluator evaluator, NetworkPlan plan, int shownCount) {
        this.data = data;
        this.evaluator = evaluator;
        this.plan = plan;
        this.shownCount = shownCount;
    }

    /**
     * Evaluates; to be called on all ranks.
     *
     * @param publish takes the event about this rank's samples
     * @return the test figures; empty without test samples
     */
    Optional<EvaluationResult> run(ProcessGroup group, Consumer<ObjectNode> publish) {
        SampleSource test = data.test();
        if (test != null) {
            int[] all = Evaluator.all(test.sampleCount());
            return Optional.of(evaluate("test", test, all, EvaluationScope.TEST, group, publish));
        }
        if (shownCount > 0 && data.validationIndices().length > 0) {
            evaluate(
                    "validation", data.samples(), data.validationIndices(), EvaluationScope.VALIDATION, group, publish);
        }
        return Optional.empty();
    }

    private EvaluationResult evaluate(
            String role,
            SampleSource samples,
            int[] indices,
            EvaluationScope scope,
            ProcessGroup group,
            Consumer<ObjectNode> publish) {
        ShownSamples shown = new ShownSamples(
                plan,
                shownCount,
                role,
                Arrays.stream(indices).map(samples::notedIndex).toArray());
        evaluator.watch(shown);
        try {
            EvaluationResult result =
                    evaluator.evaluate(samples, indices, scope, group).result();
            if (shownCount > 0) {
                publish.accept(shown.event());
            }
            return result;
        } finally {
            evaluator.watch(Evaluator.Watcher.NOBODY);
        }
    }
}
