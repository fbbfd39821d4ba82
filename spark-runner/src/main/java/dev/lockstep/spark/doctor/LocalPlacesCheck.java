package dev.lockstep.spark.doctor;

import java.io.IOException;
import java.util.List;

/** Disk space on the driver's host. */
final class LocalPlacesCheck implements Check {
    @Override
    public String name() {
        return "local disk";
    }

    @Override
    public List<Finding> look(Subject subject) throws IOException {
        String directories =
                subject.configuration().get("spark.local.dir", System.getProperty("java.io.tmpdir", "/tmp"));
        return Places.here(directories).findings("", false);
    }
}
