package dev.lockstep.core.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The targets of a module, in little: their seeds, every input that ever brought something to light, and some damaged
 * seeds. {@code scripts/fuzz} drives the same targets for long, guided by coverage.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class FuzzContract {
    /** Inputs that brought something to light, a folder for each target. */
    private static final Path KNOWN_INPUTS = Path.of("src/test/resources/fuzz");

    private static final int DEADLINE_SECONDS = 60;
    private static final int MUTATIONS = Integer.getInteger("lockstep.fuzz.mutations", 80);
    private static final long SEED = Long.getLong("lockstep.fuzz.seed", System.nanoTime());

    private final String modulePackage;

    /** @param modulePackage of the module whose targets these are */
    protected FuzzContract(String modulePackage) {
        this.modulePackage = modulePackage;
    }

    Stream<FuzzTarget> targets() {
        return ServiceLoader.load(FuzzTarget.class).stream()
                .filter(target -> target.type().getName().startsWith(modulePackage + "."))
                .map(ServiceLoader.Provider::get);
    }

    @ParameterizedTest
    @MethodSource("targets")
    @Timeout(DEADLINE_SECONDS)
    void readsItsSeeds(FuzzTarget target) throws Exception {
        FuzzOracle.warmUp(target);
        assertThat(target.seeds()).isNotEmpty();
        for (byte[] seed : target.seeds()) {
            assertThat(FuzzOracle.check(target, seed)).isNull();
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    @Timeout(DEADLINE_SECONDS)
    void bearsWhatOnceBroughtSomethingToLight(FuzzTarget target) throws Exception {
        FuzzOracle.warmUp(target);
        FuzzOracle.check(target, new byte[0]);
        for (Path input : knownInputs(target)) {
            try {
                FuzzOracle.check(target, Files.readAllBytes(input));
            } catch (AssertionError finding) {
                throw new AssertionError(input + ": " + finding.getMessage(), finding);
            }
        }
    }

    private static List<Path> knownInputs(FuzzTarget target) throws IOException {
        Path folder = KNOWN_INPUTS.resolve(target.name());
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> inputs = Files.list(folder)) {
            return inputs.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    @Timeout(DEADLINE_SECONDS)
    void bearsDamagedSeeds(FuzzTarget target) throws Exception {
        FuzzOracle.warmUp(target);
        List<byte[]> seeds = new ArrayList<>(target.seeds());
        for (Path input : knownInputs(target)) {
            seeds.add(Files.readAllBytes(input));
        }
        Mutations mutations = new Mutations(SEED, seeds, target.words());
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] input = mutations.next();
            try {
                refused += FuzzOracle.check(target, input) == null ? 0 : 1;
            } catch (AssertionError finding) {
                Path kept =
                        Files.createDirectories(Path.of("target/fuzz-findings")).resolve(target.name() + "-" + i);
                Files.write(kept, input);
                throw new AssertionError(
                        finding.getMessage() + "; -Dlockstep.fuzz.seed=" + SEED + ", the input is in " + kept, finding);
            }
        }
        System.out.println(target.name() + ": seed " + SEED + ", " + refused + " of " + MUTATIONS + " refused");
    }
}
