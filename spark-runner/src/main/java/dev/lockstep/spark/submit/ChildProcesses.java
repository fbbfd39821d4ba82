package dev.lockstep.spark.submit;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts programs in this terminal. */
interface ChildProcesses {
    /** Those of the system, which share this process's streams and environment. */
    ChildProcesses OF_SYSTEM = command -> {
        Process process = new ProcessBuilder(command).inheritIO().start();
        return new Child() {
            @Override
            public boolean await(long milliseconds) throws InterruptedException {
                return process.waitFor(milliseconds, TimeUnit.MILLISECONDS);
            }

            @Override
            public int status() {
                return process.exitValue();
            }

            @Override
            public void terminate() {
                process.destroy();
            }
        };
    };

    /** Starts one. */
    Child start(List<String> command) throws IOException;

    /** A program that was started. */
    interface Child {
        /** Waits for its end; false when it still runs. */
        boolean await(long milliseconds) throws InterruptedException;

        /** Its exit status, after its end; 128 and the signal's number where a signal ended it. */
        int status();

        /** Asks it to end. */
        void terminate();
    }
}
