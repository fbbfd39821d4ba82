package dev.lockstep.bench;

import dev.lockstep.bench.bound.LoopbackExchange;
import dev.lockstep.bench.bound.MatrixProduct;
import dev.lockstep.bench.bound.MemoryCopy;
import dev.lockstep.bench.engine.TrainerContender;
import dev.lockstep.bench.rival.Dl4jFitContender;
import dev.lockstep.bench.torch.GlooContender;
import dev.lockstep.bench.torch.TorchContender;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The process of one contender: prepares it, and then runs a round for every line with a number of steps on its
 * standard input. Contenders have processes of their own because thread pools, BLAS settings and what the JIT has
 * learnt belong to a process. Ends with its input.
 */
public final class ContenderServer {
    static final String SETTINGS = "settings ";
    static final String RATE = "rate ";

    private ContenderServer() {}

    /** Arguments: kind, workload, data directory, and what the kind needs. */
    public static void main(String[] arguments) throws IOException {
        PrintStream answers = System.out;
        // Libraries print; the answers must stay readable.
        System.setOut(System.err);
        Workload workload = Workload.valueOf(arguments[1]);
        BenchmarkData data = BenchmarkData.of(
                arguments[0].equals("lockstep") ? workload.epochSamples() : workload.samples(), Path.of(arguments[2]));
        try (Contender contender = create(arguments, workload, data);
                BufferedReader requests =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            answers.println(SETTINGS + contender.prepare());
            for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                answers.println(RATE + contender.rate(Integer.parseInt(line)));
            }
        } catch (RuntimeException | LinkageError failure) {
            failure.printStackTrace();
            System.exit(1);
        }
        // Threads of native libraries would keep the process alive.
        System.exit(0);
    }

    private static Contender create(String[] arguments, Workload workload, BenchmarkData data) {
        return switch (arguments[0]) {
            case "lockstep" -> new TrainerContender(workload, data);
            case "libtorch" -> new TorchContender(workload, data, Integer.parseInt(arguments[3]));
            case "dl4j" -> new Dl4jFitContender(workload, data);
            case "gloo" -> new GlooContender(
                    workload,
                    data,
                    Integer.parseInt(arguments[3]),
                    Integer.parseInt(arguments[4]),
                    Integer.parseInt(arguments[5]),
                    arguments[6]);
            case "sgemm" -> new MatrixProduct();
            case "copy" -> new MemoryCopy();
            case "loopback" -> new LoopbackExchange();
            default -> throw new IllegalArgumentException("no contender is called " + arguments[0]);
        };
    }
}
