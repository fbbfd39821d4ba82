package dev.lockstep.core.data.table;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is known of a table from its training samples: enough to read other samples in the same way. It goes the way of
 * the data: from the job through the packed samples into the model.
 *
 * @param features the columns of features, in the order in which the network takes them
 * @param labelForm how labels are told
 * @param labelWidth values that a packed label has
 * @param steps with their figures, in the order in which they are applied
 */
public record FittedTable(List<FittedColumn> features, LabelForm labelForm, int labelWidth, List<FittedStep> steps)
        implements Serializable {
    public FittedTable {
        features = List.copyOf(features);
        steps = List.copyOf(steps);
        Set<String> names = new HashSet<>();
        features.forEach(feature -> names.add(feature.name()));
        for (FittedStep step : steps) {
            if (!names.containsAll(step.columns())) {
                throw new IllegalArgumentException(
                        "a preprocessing step names columns " + step.columns() + " beside " + names);
            }
        }
    }

    /** The names of the columns of features. */
    public List<String> featureNames() {
        return features.stream().map(FittedColumn::name).toList();
    }
}
