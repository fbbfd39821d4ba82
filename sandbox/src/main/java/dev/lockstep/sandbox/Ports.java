package dev.lockstep.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports of the loopback address that other processes must know before their daemon is there.
 *
 * @param nameNode HDFS
 * @param nameNodeWeb its pages
 * @param resourceManager YARN, for clients
 * @param resourceManagerScheduler for applications
 * @param resourceManagerTracker for node managers
 * @param resourceManagerAdmin for administrators
 * @param resourceManagerWeb its pages
 * @param sparkMaster Spark standalone
 * @param sparkMasterWeb its pages
 */
record Ports(
        int nameNode,
        int nameNodeWeb,
        int resourceManager,
        int resourceManagerScheduler,
        int resourceManagerTracker,
        int resourceManagerAdmin,
        int resourceManagerWeb,
        int sparkMaster,
        int sparkMasterWeb) {
    private static final int COUNT = 9;

    /** Free ones; all are held at once while they are looked for, so that none is given twice. */
    static Ports free() {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < COUNT; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            int[] numbers =
                    sockets.stream().mapToInt(ServerSocket::getLocalPort).toArray();
            return new Ports(
                    numbers[0],
                    numbers[1],
                    numbers[2],
                    numbers[3],
                    numbers[4],
                    numbers[5],
                    numbers[6],
                    numbers[7],
                    numbers[8]);
        } catch (IOException e) {
            throw new SandboxException("no free port on the loopback address: " + e.getMessage(), e);
        } finally {
            for (ServerSocket socket : sockets) {
                try {
                    socket.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
