package dev.lockstep.spark.submit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** A spark-submit that does at once what a test tells it, in the place of the driver as well. */
final class FakeProcesses implements ChildProcesses {
    final List<List<String>> started = new ArrayList<>();
    private final int status;
    private final Driver driver;

    /** What the driver does. */
    interface Driver {
        void run(Submission submission) throws IOException;
    }

    FakeProcesses(int status, Driver driver) {
        this.status = status;
        this.driver = driver;
    }

    @Override
    public Child start(List<String> command) throws IOException {
        started.add(command);
        String setting = "spark.lockstep.submission=";
        String location = command.stream()
                .filter(word -> word.startsWith(setting))
                .findFirst()
                .orElseThrow()
                .substring(setting.length());
        driver.run(Submission.at(location, new Configuration()));
        return new Child() {
            @Override
            public boolean await(long milliseconds) {
                return true;
            }

            @Override
            public int status() {
                return status;
            }

            @Override
            public void terminate() {
                throw new AssertionError("nothing is to be stopped");
            }
        };
    }
}
