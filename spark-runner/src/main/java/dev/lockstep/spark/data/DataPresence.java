package dev.lockstep.spark.data;

import dev.lockstep.core.data.DataSpec;
import dev.lockstep.core.data.IdxData;
import dev.lockstep.core.data.ImageFolderData;
import dev.lockstep.core.data.TabularData;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Whether the files that a job names are there, without reading more of them than their names. */
public final class DataPresence {
    private DataPresence() {}

    /**
     * Requires them.
     *
     * @throws dev.lockstep.core.error.LockstepException naming the first that is missing
     */
    public static void require(DataSpec data, Configuration configuration) {
        if (data instanceof IdxData idx) {
            Path directory = HadoopFiles.qualify(idx.directory(), configuration);
            HadoopFiles.status(new Path(directory, idx.trainImages()), configuration);
            HadoopFiles.status(new Path(directory, idx.trainLabels()), configuration);
            if (!idx.testImages().equals(IdxData.NONE)) {
                HadoopFiles.status(new Path(directory, idx.testImages()), configuration);
                HadoopFiles.status(new Path(directory, idx.testLabels()), configuration);
            }
        } else if (data instanceof TabularData table) {
            TableFiles.paths(table, table.train(), configuration);
            if (table.test() != null) {
                TableFiles.paths(table, table.test(), configuration);
            }
        } else if (data instanceof ImageFolderData folder && folder.test() != null) {
            ImageFolder.list(folder, DatasetRole.TEST, configuration);
        }
    }
}
