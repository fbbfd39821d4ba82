package dev.lockstep.spark.cli;

import dev.lockstep.core.checksum.Sha256;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Downloads files and lets only those into place whose SHA-256 is right. A download goes to {@code NAME.part}, which a
 * later attempt continues, and is moved into place in one step.
 */
final class DataSetFetcher {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(60);
    private static final int HTTP_OK = 200;
    private static final int HTTP_PARTIAL = 206;
    private static final int HTTP_RANGE_NOT_SATISFIABLE = 416;

    private final Consumer<String> lines;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();

    /** @param lines told what happens, one line at a time */
    DataSetFetcher(Consumer<String> lines) {
        this.lines = lines;
    }

    /**
     * Fetches what is missing or wrong.
     *
     * @param sha256ByFile what to fetch
     * @param baseUrl the folder the files are in
     * @param directory where they go; made if missing
     * @throws LockstepException (data) if a file cannot be had or is not what it should be
     */
    void fetch(Map<String, String> sha256ByFile, URI baseUrl, Path directory) {
        URI folder = baseUrl.toString().endsWith("/") ? baseUrl : URI.create(baseUrl + "/");
        try {
            Files.createDirectories(directory);
        } catch (IOException failure) {
            throw new LockstepException(
                    ExitCode.DATA, "cannot make the folder " + directory + ": " + failure.getMessage(), failure);
        }
        new TreeMap<>(sha256ByFile)
                .forEach((name, sha256) -> fetch(folder.resolve(name), directory.resolve(name), sha256));
    }

    private void fetch(URI source, Path target, String sha256) {
        Path part = target.resolveSibling(target.getFileName() + ".part");
        try {
            if (Files.exists(target) && Sha256.of(target).equals(sha256)) {
                lines.accept(target.getFileName() + "  already there");
                return;
            }
            lines.accept(target.getFileName() + "  downloading from " + source);
            download(source, part);
            String found = Sha256.of(part);
            if (!found.equals(sha256)) {
                Files.delete(part);
                throw new LockstepException(
                        ExitCode.DATA,
                        source + " is not the published file: expected SHA-256 " + sha256 + ", found " + found
                                + ". Nothing was kept; try again, or name another source with --base-url");
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            lines.accept(String.format(
                    Locale.ROOT, "%s  %.1f MB  verified", target.getFileName(), Files.size(target) / 1e6));
        } catch (IOException failure) {
            throw new LockstepException(
                    ExitCode.DATA,
                    "cannot fetch " + source + " to " + target + ": " + describe(failure)
                            + ". Check the network and the proxy, name another source with --base-url, or put the file"
                            + " there by hand",
                    failure);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new LockstepException(ExitCode.STOPPED, "stopped while fetching " + source, interruption);
        }
    }

    private void download(URI source, Path part) throws IOException, InterruptedException {
        long present = Files.exists(part) ? Files.size(part) : 0;
        HttpRequest.Builder request = HttpRequest.newBuilder(source).timeout(RESPONSE_TIMEOUT);
        if (present > 0) {
            request.header("Range", "bytes=" + present + "-");
        }
        HttpResponse<InputStream> response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            switch (response.statusCode()) {
                case HTTP_OK -> copy(body, part, StandardOpenOption.TRUNCATE_EXISTING);
                case HTTP_PARTIAL -> copy(body, part, StandardOpenOption.APPEND);
                case HTTP_RANGE_NOT_SATISFIABLE -> {
                    // Nothing beyond what is here: it is whole, or the checksum will say that it is not.
                }
                default -> throw new LockstepException(
                        ExitCode.DATA,
                        source + " answered HTTP status " + response.statusCode()
                                + ", expected 200. The publisher may have moved it: name another source with"
                                + " --base-url");
            }
        }
    }

    private static void copy(InputStream body, Path part, StandardOpenOption how) throws IOException {
        try (OutputStream output =
                Files.newOutputStream(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how)) {
            body.transferTo(output);
        }
    }

    private static String describe(IOException failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
