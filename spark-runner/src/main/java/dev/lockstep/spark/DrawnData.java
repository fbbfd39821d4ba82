package dev.lockstep.spark;

import dev.lockstep.core.data.DataSpec;
import dev.lockstep.core.data.ImageFolderData;
import dev.lockstep.spark.data.HadoopFiles;
import dev.lockstep.spark.drawing.PetPictures;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Samples that a job asks Lockstep to draw, so that an example needs nothing but itself. */
final class DrawnData {
    private static final Logger LOG = LoggerFactory.getLogger(DrawnData.class);

    private DrawnData() {}

    /** Draws what a job asks for, unless there are pictures in its place. */
    static void drawIfAbsent(DataSpec data, Configuration configuration) {
        drawIfAbsent(data, configuration, PetPictures.BY_DEFAULT);
    }

    /** The same with other pictures. */
    static void drawIfAbsent(DataSpec data, Configuration configuration, PetPictures pictures) {
        String place = data instanceof ImageFolderData folder ? folder.drawingDirectory() : null;
        if (place == null) {
            return;
        }
        Path directory = HadoopFiles.qualify(place, configuration);
        if (!"file".equals(directory.toUri().getScheme())) {
            return; // and a directory that is not there is told as any other
        }
        java.nio.file.Path local = java.nio.file.Path.of(directory.toUri());
        if (!PetPictures.areIn(local)) {
            LOG.info("Drawing the pictures that the job asks for into {}", local);
            pictures.writeIfAbsent(local);
        }
    }
}
