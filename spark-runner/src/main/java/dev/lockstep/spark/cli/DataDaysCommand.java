package dev.lockstep.spark.cli;

import dev.lockstep.core.data.IdxDays;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lockstep data days NAME}. */
@Command(
        name = "days",
        description = {
            "Lay out the training samples of a data set that was fetched as if they had come day by day, to try a"
                    + " pipeline: a directory for each day, with _SUCCESS in it.",
            "Days that are complete are left alone."
        },
        footer = {
            "",
            "Examples:",
            "  lockstep data days fashion-mnist",
            "  lockstep data days fashion-mnist --days 6 --from 2026-02-01 --spoil 2026-02-03"
        })
final class DataDaysCommand implements Callable<Integer> {
    private static final int MOST_DAYS = 366;

    private final PrintWriter output;

    @Spec
    @Nullable
    private CommandSpec command;

    @Parameters(paramLabel = "NAME", description = "fashion-mnist or mnist.")
    private String name = "";

    @Option(
            names = "--directory",
            paramLabel = "D",
            description = "Where the data set is; by default fashion_mnist or mnist in $LOCKSTEP_DATA, or in data.")
    @Nullable
    private Path directory;

    @Option(
            names = "--output",
            paramLabel = "D",
            description = "Where the days go; by default beside the data set, with _days behind its name.")
    @Nullable
    private Path target;

    @Option(names = "--from", paramLabel = "DAY", description = "The first day; by default ${DEFAULT-VALUE}.")
    private LocalDate first = LocalDate.of(2026, 1, 1);

    @Option(names = "--days", paramLabel = "N", description = "How many; by default ${DEFAULT-VALUE}.")
    private int days = 3;

    @Option(
            names = "--spoil",
            paramLabel = "DAY",
            description = "A day on which every label is that of the next class, to see the gate at work. May be"
                    + " repeated.")
    private List<LocalDate> spoiled = List.of();

    DataDaysCommand(PrintWriter output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        PublicDataSet dataSet = Arrays.stream(PublicDataSet.values())
                .filter(candidate -> candidate.commandName().equals(name))
                .findFirst()
                .orElseThrow(() -> wrong("expected fashion-mnist or mnist, found \"" + name + "\""));
        if (days < 1 || days > MOST_DAYS) {
            throw wrong("--days: expected a whole number from 1 to " + MOST_DAYS + ", found " + days);
        }
        Path source = directory != null
                ? directory
                : Path.of(Objects.requireNonNullElse(System.getenv("LOCKSTEP_DATA"), "data"), dataSet.folder());
        IdxDays layout = new IdxDays(source, first, days, new HashSet<>(spoiled));
        if (!layout.all().containsAll(spoiled)) {
            throw wrong("--spoil: expected days out of " + layout.all() + ", found " + spoiled);
        }
        Path place = target != null ? target : source.resolveSibling(source.getFileName() + "_days");
        int written = layout.write(place);
        output.println(written + " of " + days + " days were laid out in "
                + place.toAbsolutePath().normalize()
                + (written < days ? "; the others are complete already" : ""));
        return 0;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(Objects.requireNonNull(command).commandLine(), message);
    }
}
