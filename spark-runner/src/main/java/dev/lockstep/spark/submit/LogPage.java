package dev.lockstep.spark.submit;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the end of a log from the cluster's own web pages, of which Spark knows the addresses. They are made for people;
 * where the cluster has the same as plain text, that is asked for first.
 */
final class LogPage {
    private static final int TIMEOUT_MILLISECONDS = 3_000;
    private static final int MOST_BYTES = 256 << 10;

    /** Of a worker of Spark's own cluster. */
    private static final Pattern WORKER = Pattern.compile("(https?://[^/]+)/logPage/?\\?(.*)");

    /** Of a node manager. */
    private static final Pattern NODE_MANAGER =
            Pattern.compile("(https?://[^/]+)/node/containerlogs/([^/]+)/[^/]+/(\\w+)/?(?:\\?.*)?");

    private static final Pattern WORKER_HEADER = Pattern.compile("\\A==== Bytes [^\\n]*\\n");
    private static final Pattern NODE_MANAGER_HEADER = Pattern.compile("(?s)\\A.*?\\nLogContents:\\n");
    private static final Pattern NODE_MANAGER_FOOTER = Pattern.compile("(?s)\\nEnd of LogType:.*\\z");
    private static final Pattern PREFORMATTED = Pattern.compile("(?s)<pre>(.*?)(?:</pre>|\\z)");

    private LogPage() {}

    /** What to ask one after the other for a page. */
    static List<String> addresses(String page) {
        Matcher worker = WORKER.matcher(page);
        if (worker.matches()) {
            return List.of(worker.group(1) + "/log/?" + worker.group(2) + "&byteLength=" + LogTail.BYTES);
        }
        Matcher nodeManager = NODE_MANAGER.matcher(page);
        if (nodeManager.matches()) {
            return List.of(
                    nodeManager.group(1) + "/ws/v1/node/containers/" + nodeManager.group(2) + "/logs/"
                            + nodeManager.group(3) + "?size=-" + LogTail.BYTES,
                    page.replaceAll("\\?.*", "") + "?start=-" + LogTail.BYTES);
        }
        return List.of(page);
    }

    /**
     * The last lines.
     *
     * @param page address for people
     * @throws IOException when nobody answers, or wants to know who asks
     */
    static String tail(String page) throws IOException {
        IOException failure = new IOException("no address");
        for (String address : addresses(page)) {
            try {
                return LogTail.of(text(get(address)));
            } catch (IOException next) {
                failure = next;
            }
        }
        throw failure;
    }

    /** Of an answer what the log has. */
    static String text(String answer) {
        if (answer.stripLeading().startsWith("<")) {
            StringBuilder text = new StringBuilder();
            Matcher part = PREFORMATTED.matcher(answer);
            while (part.find()) {
                text.append(part.group(1)).append('\n');
            }
            return text.toString()
                    .replace("&lt;", "<")
                    .replace("&gt;", ">")
                    .replace("&quot;", "\"")
                    .replace("&amp;", "&");
        }
        String body = WORKER_HEADER.matcher(answer).replaceFirst("");
        return NODE_MANAGER_FOOTER
                .matcher(NODE_MANAGER_HEADER.matcher(body).replaceFirst(""))
                .replaceFirst("");
    }

    private static String get(String address) throws IOException {
        URI uri;
        try {
            uri = URI.create(address);
        } catch (IllegalArgumentException malformed) {
            throw new IOException("no address: " + address, malformed);
        }
        if (uri.getScheme() == null || !uri.getScheme().startsWith("http")) {
            throw new IOException("no address of a page: " + address);
        }
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLISECONDS);
        connection.setReadTimeout(TIMEOUT_MILLISECONDS);
        try {
            if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
                throw new IOException("HTTP status " + connection.getResponseCode());
            }
            try (InputStream stream = connection.getInputStream()) {
                return new String(stream.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
            }
        } finally {
            connection.disconnect();
        }
    }
}
