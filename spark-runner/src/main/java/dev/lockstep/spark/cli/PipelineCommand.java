package dev.lockstep.spark.cli;

import dev.lockstep.core.error.ExitCode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockstep pipeline FILE}. */
@Command(
        name = "pipeline",
        description = {
            "Work on the days of a pipeline that are due: wait for the data, train, evaluate, publish what the gate lets"
                    + " through.",
            "For cron, Airflow, Oozie: the same command again does nothing about a finished day, and goes on where a"
                    + " killed one was."
        },
        footer = {
            "",
            "Examples:",
            "  lockstep pipeline pipeline.yaml",
            "  lockstep pipeline pipeline.yaml --date 2026-01-31",
            "  lockstep pipeline pipeline.yaml --date 2026-01-31 --again",
            "  lockstep pipeline status pipeline.yaml",
            "  lockstep pipeline rollback pipeline.yaml"
        })
final class PipelineCommand implements Callable<Integer> {
    private final Supplier<RunCommands> commands;
    private final DebugOption debug;

    @Mixin
    private PipelineFileOption file = new PipelineFileOption();

    @Option(
            names = "--date",
            paramLabel = "YYYY-MM-DD",
            description = "Work on this day alone; by default on those that the schedule says.")
    @Nullable
    private String date;

    @Option(
            names = "--again",
            description = "Begin the day of --date anew although it may be finished; what was is kept beside it.")
    private boolean again;

    @Option(
            names = "--master",
            paramLabel = "M",
            description = "Spark master: local[n], local-cluster[n,cores,MiB], spark://host:port, yarn.")
    @Nullable
    private String master;

    PipelineCommand(Supplier<RunCommands> commands, DebugOption debug) {
        this.commands = commands;
        this.debug = debug;
    }

    @Override
    public Integer call() {
        String pipeline = file.file();
        if (date != null && !isDate(date)) {
            throw file.wrong("--date: expected a day such as 2026-01-31, found \"" + date + "\"");
        }
        if (again && date == null) {
            throw file.wrong("--again: expected --date beside it, which says what begins anew");
        }
        return commands.get()
                .pipeline(new PipelineRequest(pipeline, date, again, master, file.overrides(), debug.given()));
    }

    private static boolean isDate(String text) {
        try {
            return LocalDate.parse(text).toString().equals(text);
        } catch (DateTimeException e) {
            return false;
        }
    }

    /** What it ends with beside the codes of every command. */
    static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put(String.valueOf(ExitCode.REFUSED.number()), "the gate refused the model; nothing was published");
        codes.put(String.valueOf(ExitCode.NO_DATA.number()), "the data did not come in time");
        codes.put(String.valueOf(ExitCode.LOCKED.number()), "the pipeline is running already");
        return codes;
    }
}
