package dev.lockstep.core.fuzz;

import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Where Jazzer enters: it hands over one input after the other. */
public final class FuzzEntry {
    private static @Nullable FuzzTarget target;

    private FuzzEntry() {}

    /**
     * Called by Jazzer first.
     *
     * @param arguments the target's name
     */
    public static void fuzzerInitialize(String[] arguments) throws Exception {
        target = named(arguments[0]);
        FuzzOracle.warmUp(target);
    }

    /** Called by Jazzer for every input. */
    public static void fuzzerTestOneInput(byte[] input) {
        FuzzTarget chosen = target;
        if (chosen == null) {
            throw new IllegalStateException("no target was chosen");
        }
        FuzzOracle.check(chosen, input);
    }

    /** The target of a name. */
    static FuzzTarget named(String name) {
        return ServiceLoader.load(FuzzTarget.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no target " + name));
    }
}
