package dev.lockstep.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
final class DataSetFetcherTest {
    private final Map<String, byte[]> served = new HashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final DataSetFetcher fetcher = new DataSetFetcher(lines::add);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/files/", this::answer);
        server.start();
        served.put("a.gz", "first file".getBytes(StandardCharsets.UTF_8));
        served.put("b.gz", "second file".getBytes(StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void fetchesVerifiesAndNextTimeLeavesAlone() throws Exception {
        Path target = directory.resolve("new/folder");
        Map<String, String> files = published();

        fetcher.fetch(files, base(), target);
        assertThat(target.resolve("a.gz")).hasContent("first file");
        assertThat(target.resolve("b.gz")).hasContent("second file");
        assertThat(target.toFile().list()).hasSize(2);
        assertThat(requests).containsExactly("a.gz null", "b.gz null");

        fetcher.fetch(files, base(), target);
        assertThat(requests).hasSize(2);
        assertThat(lines).contains("a.gz  already there", "b.gz  already there");
    }

    @Test
    void aDamagedFileIsReplaced() throws Exception {
        Files.writeString(directory.resolve("a.gz"), "damaged");
        fetcher.fetch(published(), base(), directory);
        assertThat(directory.resolve("a.gz")).hasContent("first file");
    }

    @Test
    void aBrokenDownloadIsContinued() throws Exception {
        Files.writeString(directory.resolve("a.gz.part"), "first");
        Files.writeString(directory.resolve("b.gz.part"), "second file");

        fetcher.fetch(published(), base(), directory);

        assertThat(directory.resolve("a.gz")).hasContent("first file");
        assertThat(directory.resolve("b.gz")).hasContent("second file");
        assertThat(requests).containsExactly("a.gz bytes=5-", "b.gz bytes=11-");
    }

    @Test
    void aFileThatIsNotThePublishedOneIsRefusedAndTheOldOneKept() throws Exception {
        Map<String, String> files = published();
        Files.writeString(directory.resolve("a.gz"), "older");
        served.put("a.gz", "tampered".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> fetcher.fetch(files, base(), directory))
                .isInstanceOfSatisfying(LockstepException.class, failure -> assertThat(failure.exitCode())
                        .isEqualTo(ExitCode.DATA))
                .hasMessageContaining("a.gz is not the published file: expected SHA-256 " + files.get("a.gz"))
                .hasMessageContaining("found " + sha256(served.get("a.gz")));
        assertThat(directory.resolve("a.gz")).hasContent("older");
        assertThat(directory.resolve("a.gz.part")).doesNotExist();
    }

    @Test
    void aMissingFileSaysSo() throws Exception {
        Map<String, String> files = published();
        served.remove("a.gz");
        assertThatThrownBy(() -> fetcher.fetch(files, base(), directory))
                .hasMessageContaining("a.gz answered HTTP status 404, expected 200")
                .hasMessageContaining("--base-url");
        assertThat(directory.resolve("a.gz.part")).doesNotExist();
    }

    @Test
    void noNetworkIsADataFailureWithAFix() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        StringWriter errors = new StringWriter();
        int exitCode = LockstepCommand.execute(
                RecordingCommands::new,
                new PrintWriter(new StringWriter()),
                new PrintWriter(errors, true),
                "data",
                "fetch",
                "mnist",
                "--directory",
                directory.toString(),
                "--base-url",
                "http://127.0.0.1:" + free + "/");

        assertThat(exitCode).isEqualTo(3);
        assertThat(errors.toString())
                .startsWith("lockstep: cannot fetch http://127.0.0.1:" + free + "/t10k-images-idx3-ubyte.gz")
                .contains("Check the network")
                .hasLineCount(1);
    }

    /** The checksums in the code are those of the published files. */
    @Test
    void theCommandFetchesTheRealFiles() throws Exception {
        String data = System.getenv("LOCKSTEP_DATA");
        if (data == null) {
            System.out.println("skipped: LOCKSTEP_DATA is not set");
        }
        Assumptions.assumeTrue(data != null, "LOCKSTEP_DATA is not set");
        for (PublicDataSet dataSet : PublicDataSet.values()) {
            for (String name : dataSet.files().keySet()) {
                Path file = Path.of(Objects.requireNonNull(data), dataSet.folder(), name);
                served.put(name, Files.readAllBytes(file));
            }
            StringWriter output = new StringWriter();
            int exitCode = LockstepCommand.execute(
                    RecordingCommands::new,
                    new PrintWriter(output, true),
                    new PrintWriter(new StringWriter()),
                    "data",
                    "fetch",
                    dataSet.commandName(),
                    "--directory",
                    directory.resolve(dataSet.folder()).toString(),
                    "--base-url",
                    base().toString());
            assertThat(exitCode).isZero();
            assertThat(output.toString()).contains(dataSet.commandName() + " is in " + directory);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String name = path.substring(path.lastIndexOf('/') + 1);
        String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add(name + " " + range);
        byte[] content = served.get(name);
        try (exchange) {
            if (content == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            if (from >= content.length) {
                exchange.sendResponseHeaders(416, -1);
                return;
            }
            exchange.sendResponseHeaders(range == null ? 200 : 206, content.length - from);
            exchange.getResponseBody().write(Arrays.copyOfRange(content, from, content.length));
        }
    }

    private Map<String, String> published() throws Exception {
        Map<String, String> files = new HashMap<>();
        for (Map.Entry<String, byte[]> entry : served.entrySet()) {
            files.put(entry.getKey(), sha256(entry.getValue()));
        }
        return files;
    }

    private static String sha256(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    private URI base() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/files");
    }
}
