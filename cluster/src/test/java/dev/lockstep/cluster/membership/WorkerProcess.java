package dev.lockstep.cluster.membership;

import dev.lockstep.cluster.transport.DataTransport;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A worker in a JVM of its own: address, rank, attempt, size, steps and perhaps stall seconds as arguments, the secret in
 * the environment.
 */
public final class WorkerProcess {
    static final String SECRET_VARIABLE = "LOCKSTEP_TEST_SECRET";

    private WorkerProcess() {}

    /** Trains to the end and says what it ended with. */
    public static void main(String[] arguments) throws InterruptedException {
        RunSecret secret = RunSecret.parse(String.valueOf(System.getenv(SECRET_VARIABLE)));
        int size = Integer.parseInt(arguments[3]);
        double stallSeconds = arguments.length > 5 ? Double.parseDouble(arguments[5]) : 30;
        MembershipSettings settings =
                new MembershipSettings(size, secret, "127.0.0.1", stallSeconds, 60, DataTransport.sockets(true));
        RestartingWorker worker = new RestartingWorker(
                arguments[0],
                Integer.parseInt(arguments[1]),
                Integer.parseInt(arguments[2]),
                settings,
                Integer.parseInt(arguments[4]),
                System.out::println);
        float[] state = worker.run(WorkerProcess::takesTime, new Random(1));
        System.out.println("result " + Arrays.hashCode(state));
    }

    /** So that there is a run to be killed in. */
    private static boolean takesTime() {
        try {
            TimeUnit.MILLISECONDS.sleep(1);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return false;
    }
}
