package dev.lockstep.spark.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A Chromium without a window, started anew for each page. */
final class Browser {
    private static final long DEADLINE_SECONDS = 120;
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    private final Path executable;
    private final Path folder;
    private int starts;

    private Browser(Path executable, Path folder) {
        this.executable = executable;
        this.folder = folder;
    }

    /**
     * The browser of this machine: {@code LOCKSTEP_CHROMIUM} or the first on the PATH; empty where there is none.
     *
     * @param folder for its files
     */
    static Optional<Browser> find(Path folder) {
        String given = System.getenv("LOCKSTEP_CHROMIUM");
        Stream<Path> candidates = given != null
                ? Stream.of(Path.of(given))
                : NAMES.stream().flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                        .map(directory -> Path.of(directory, name)));
        return candidates.filter(Files::isExecutable).findFirst().map(found -> new Browser(found, folder));
    }

    /** What a page has become after its scripts have run. */
    String dom(Path page) throws IOException, InterruptedException {
        return run(page, "--dump-dom", "--virtual-time-budget=10000");
    }

    /** A picture of a page. */
    void screenshot(Path page, Path picture, int width, int height, boolean dark)
            throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(
                List.of("--screenshot=" + picture, "--window-size=" + width + "," + height, "--hide-scrollbars"));
        if (dark) {
            options.add("--blink-settings=preferredColorScheme=0");
        }
        run(page, options.toArray(String[]::new));
    }

    private String run(Path page, String... options) throws IOException, InterruptedException {
        int number = starts++;
        Path output = folder.resolve("browser-" + number + ".out");
        Path errors = folder.resolve("browser-" + number + ".err");
        List<String> command = new ArrayList<>(List.of(
                executable.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--enable-logging=stderr",
                "--user-data-dir=" + Files.createDirectories(folder.resolve("profile-" + number))));
        command.addAll(List.of(options));
        command.add(page.toUri().toString());
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS))
                    .as("the browser ends within " + DEADLINE_SECONDS + " s")
                    .isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        // What a page complains of, such as something that its policy refuses.
        assertThat(Files.readAllLines(errors, StandardCharsets.UTF_8)).noneMatch(line -> line.contains("CONSOLE"));
        return Files.readString(output, StandardCharsets.UTF_8);
    }
}
