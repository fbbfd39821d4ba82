package dev.lockstep.spark.data;

import dev.lockstep.core.data.LabelView;
import dev.lockstep.core.data.MiniBatch;
import dev.lockstep.core.data.PackedDataset;
import dev.lockstep.core.data.PackedManifest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** All samples of a packed set as lists of numbers, the labels last. */
final class PackedCopy {
    private PackedCopy() {}

    static List<List<Float>> rows(Path directory, DatasetRole role, PackedManifest manifest) {
        java.nio.file.Path local =
                LocalParts.directory(new Path(directory, role.directory()), manifest, new Configuration());
        List<List<Float>> rows = new ArrayList<>();
        try (PackedDataset samples = PackedDataset.open(local, manifest, 1, LabelView.asIs())) {
            samples.verify();
            int width = samples.featureShape().size();
            MiniBatch batch = new MiniBatch(1, width, manifest.labelWidth());
            for (int i = 0; i < samples.sampleCount(); i++) {
                samples.read(new int[] {i}, 0, 1, batch);
                List<Float> row = new ArrayList<>();
                for (float value : Arrays.copyOf(batch.features(), width)) {
                    row.add(value);
                }
                for (float value : Arrays.copyOf(batch.labels(), manifest.labelWidth())) {
                    row.add(value);
                }
                rows.add(row);
            }
        }
        return rows;
    }
}
