package dev.lockstep.spark.plan;

import dev.lockstep.core.plan.NetworkSpeed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Two network namespaces joined by a link of a given speed: a pair of veth devices behind netem where the kernel has it,
 * else a link in user space. Needs root, {@code ip} and {@code tc}. The loopback network is no namespaces at all.
 */
final class ShapedLink implements AutoCloseable {
    private static final String[] ADDRESSES = {"10.231.7.1", "10.231.7.2"};
    private static final String DEVICE = "link0";

    private final List<String> namespaces = new ArrayList<>();
    private @Nullable Process inUserSpace;

    private ShapedLink() {}

    static ShapedLink open(NetworkSpeed network, Path userSpaceLink) throws IOException, InterruptedException {
        ShapedLink link = new ShapedLink();
        if (network.equals(NetworkSpeed.LOOPBACK)) {
            return link;
        }
        try {
            long process = ProcessHandle.current().pid();
            for (int side = 0; side < 2; side++) {
                String name = "lockstep-" + process + "-" + side;
                require(List.of("ip", "netns", "add", name));
                link.namespaces.add(name);
            }
            link.join(network, userSpaceLink);
            return link;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            link.close();
            throw failure;
        }
    }

    private void join(NetworkSpeed network, Path userSpaceLink) throws IOException, InterruptedException {
        String first = namespaces.get(0);
        String second = namespaces.get(1);
        require(List.of(
                "ip", "link", "add", DEVICE, "netns", first, "type", "veth", "peer", "name", DEVICE, "netns", second));
        if (!shape(first, network) || !shape(second, network)) {
            require(List.of("ip", "-n", first, "link", "delete", DEVICE));
            joinInUserSpace(network, userSpaceLink);
        }
        for (int side = 0; side < 2; side++) {
            String namespace = namespaces.get(side);
            require(List.of("ip", "-n", namespace, "address", "add", ADDRESSES[side] + "/30", "dev", DEVICE));
            require(List.of("ip", "-n", namespace, "link", "set", DEVICE, "txqueuelen", "20000", "up"));
            require(List.of("ip", "-n", namespace, "link", "set", "lo", "up"));
        }
    }

    /** Of each packet, 14 of Ethernet's 38 bytes are counted by the kernel already. */
    private static boolean shape(String namespace, NetworkSpeed network) throws IOException, InterruptedException {
        return run(List.of(
                        "tc",
                        "-n",
                        namespace,
                        "qdisc",
                        "add",
                        "dev",
                        DEVICE,
                        "root",
                        "netem",
                        "limit",
                        "1000000",
                        "delay",
                        Math.round(network.latencySeconds() * 1e6) + "us",
                        "rate",
                        Math.round(network.bitsPerSecond()) + "bit",
                        "24"))
                == 0;
    }

    private void joinInUserSpace(NetworkSpeed network, Path userSpaceLink) throws IOException {
        Process process = new ProcessBuilder(
                        "python3",
                        userSpaceLink.toString(),
                        namespaces.get(0),
                        namespaces.get(1),
                        String.format(Locale.ROOT, "%.0f", network.bitsPerSecond()),
                        String.format(Locale.ROOT, "%.9f", network.latencySeconds()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        inUserSpace = process;
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        if (!"ready".equals(output.readLine())) {
            throw new IOException("the link in user space did not start");
        }
    }

    /** Where the kernel could not do it. */
    boolean isInUserSpace() {
        return inUserSpace != null;
    }

    /** The address of a side, for workers on that side. */
    String address(int side) {
        return namespaces.isEmpty() ? "127.0.0.1" : ADDRESSES[side];
    }

    /** The command that runs another one on a side. */
    List<String> on(int side, List<String> command) {
        List<String> whole = new ArrayList<>();
        if (!namespaces.isEmpty()) {
            whole.addAll(List.of("ip", "netns", "exec", namespaces.get(side)));
        }
        whole.addAll(command);
        return whole;
    }

    private static void require(List<String> command) throws IOException, InterruptedException {
        if (run(command) != 0) {
            throw new IOException("failed: " + String.join(" ", command));
        }
    }

    private static int run(List<String> command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (inUserSpace != null) {
            inUserSpace.destroy();
            inUserSpace.waitFor();
        }
        for (String namespace : namespaces) {
            run(List.of("ip", "netns", "delete", namespace));
        }
    }
}
