package dev.lockstep.spark.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class ExecutorLogsTest {
    private static final String PAGE = "http://host:8081/logPage/?appId=app-1&executorId=3&logType=stderr";

    private static ExecutorLogs logs(ExecutorLogs.Pages pages) {
        return new ExecutorLogs(pages, Runnable::run);
    }

    private static void fail(ExecutorLogs logs, ExitCode code) {
        logs.explaining(() -> {
            throw new LockstepException(code, "it ended");
        });
    }

    @Test
    void aFailureOfTheClusterIsToldWithTheLogOfTheLostExecutor() {
        ExecutorLogs logs = logs(page -> "INFO a\nERROR OutOfMemoryError");
        logs.added("3", Map.of("stderr", PAGE, "stdout", "other"));
        logs.removed("3", "Command exited with code 52");
        assertThatThrownBy(() -> fail(logs, ExitCode.CLUSTER))
                .hasMessage("it ended\nThe end of the log of executor 3 (" + PAGE
                        + "):\n    INFO a\n    ERROR OutOfMemoryError");
        assertThatThrownBy(() -> fail(logs, ExitCode.DATA)).hasMessage("it ended");
        assertThat(logs.explaining(() -> 7)).isEqualTo(7);
    }

    @Test
    void aLogThatCannotBeReadIsNamed() {
        ExecutorLogs logs = logs(page -> {
            throw new IOException("HTTP status 401");
        });
        logs.added("3", Map.of("stderr", PAGE));
        logs.removed("3", "Container from a bad node");
        assertThatThrownBy(() -> fail(logs, ExitCode.CLUSTER)).hasMessageContainingAll(PAGE, "HTTP status 401");
    }

    @Test
    void executorsThatWereGivenBackOrHaveNoPageAreNoLosses() {
        ExecutorLogs logs = logs(page -> "text");
        logs.added("1", Map.of("stderr", PAGE));
        logs.added("2", Map.of());
        logs.removed("1", "Executor 1 killed by driver.");
        logs.removed("2", "Command exited with code 137");
        assertThatThrownBy(() -> fail(logs, ExitCode.CLUSTER)).hasMessage("it ended");
    }

    @Test
    void clustersHaveTheirPagesAsPlainTextToo() {
        assertThat(LogPage.addresses(PAGE))
                .containsExactly(
                        "http://host:8081/log/?appId=app-1&executorId=3&logType=stderr&byteLength=" + LogTail.BYTES);
        assertThat(LogPage.addresses("http://nm:8042/node/containerlogs/container_1_2_01_000003/me/stderr?start=-4096"))
                .containsExactly(
                        "http://nm:8042/ws/v1/node/containers/container_1_2_01_000003/logs/stderr?size=-"
                                + LogTail.BYTES,
                        "http://nm:8042/node/containerlogs/container_1_2_01_000003/me/stderr?start=-" + LogTail.BYTES);
    }

    @Test
    void onlyTheLogItselfIsTakenOfAPage() {
        assertThat(LogPage.text("==== Bytes 0-9 of 9 of /work/stderr ====\nERROR a\n"))
                .isEqualTo("ERROR a\n");
        assertThat(LogPage.text("Container: container_1 on a_1\nLogAggregationType: LOCAL\n===\nLogType:stderr\n"
                        + "LogLength:9\nLogContents:\nERROR a\n\nEnd of LogType:stderr.This log file belongs ...\n"))
                .isEqualTo("ERROR a\n");
        assertThat(LogPage.text("<!DOCTYPE html>\n<body><p>x</p><pre>ERROR &lt;init&gt; &amp;amp;</pre></body>"))
                .isEqualTo("ERROR <init> &amp;\n");
    }

    @Test
    @Tag("process")
    void aPageThatFailsIsFollowedByTheNext() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/ws/", exchange -> {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        server.createContext("/node/", exchange -> {
            byte[] page = "<html><pre>ERROR b</pre></html>".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
        try {
            String address = "http://127.0.0.1:" + server.getAddress().getPort();
            assertThat(LogPage.tail(address + "/node/containerlogs/container_1/me/stderr?start=-4096"))
                    .isEqualTo("ERROR b");
            assertThatThrownBy(() -> LogPage.tail(address + "/logPage/?a=b")).hasMessageContaining("404");
            assertThatThrownBy(() -> LogPage.tail("file:///etc/passwd")).hasMessageContaining("no address of a page");
        } finally {
            server.stop(0);
        }
    }
}
