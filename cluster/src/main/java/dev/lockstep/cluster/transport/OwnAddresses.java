package dev.lockstep.cluster.transport;

import dev.lockstep.core.config.WorkerAddress;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The addresses of this host. */
public final class OwnAddresses {
    /** Those that other hosts can reach come before those of one link. */
    private static final Comparator<InetAddress> ORDER = Comparator.comparing(InetAddress::isLinkLocalAddress)
            .thenComparing(address -> !(address instanceof Inet4Address));

    private OwnAddresses() {}

    /**
     * The address that is meant.
     *
     * @param setting the key of the job file, for messages
     * @param choice anything but Spark's host name
     * @throws LockstepException when this host has none
     */
    public static String find(String setting, WorkerAddress choice) {
        return switch (choice.kind()) {
            case ADDRESS -> choice.text();
            case NETWORK -> inNetwork(setting, choice.text());
            case INTERFACE -> ofInterface(setting, choice.text());
            case SPARK -> throw new IllegalArgumentException("Spark's host name is not looked up");
        };
    }

    /** Whether it stands for all addresses of a host; no name does. */
    public static boolean isWildcard(@Nullable String host) {
        return host == null || host.equals("0.0.0.0") || host.equals("::");
    }

    /** All of them, those of IPv4 first, as text. */
    static List<String> all() {
        return addresses().stream().map(OwnAddresses::text).toList();
    }

    private static String inNetwork(String setting, String network) {
        int slash = network.indexOf('/');
        int bits = Integer.parseInt(network.substring(slash + 1));
        try {
            // An address in figures: nobody is asked for it.
            byte[] prefix = InetAddress.getByName(network.substring(0, slash)).getAddress();
            return addresses().stream()
                    .filter(address -> begins(address.getAddress(), prefix, bits))
                    .findFirst()
                    .map(OwnAddresses::text)
                    .orElseThrow(() -> absent(setting, "an address in the network " + network));
        } catch (UnknownHostException malformed) {
            throw absent(setting, "an address in the network " + network);
        }
    }

    private static boolean begins(byte[] address, byte[] prefix, int bits) {
        int others = prefix.length * Byte.SIZE - bits;
        return address.length == prefix.length
                && new BigInteger(1, address).shiftRight(others).equals(new BigInteger(1, prefix).shiftRight(others));
    }

    private static String ofInterface(String setting, String name) {
        try {
            NetworkInterface found = NetworkInterface.getByName(name);
            if (found != null) {
                return found.inetAddresses()
                        .min(ORDER)
                        .map(OwnAddresses::text)
                        .orElseThrow(() -> absent(setting, "an address of the interface " + name));
            }
        } catch (SocketException unknown) {
            throw absent(setting, "an address of the interface " + name);
        }
        throw absent(setting, "the interface " + name);
    }

    private static LockstepException absent(String setting, String what) {
        return new LockstepException(
                ExitCode.USAGE,
                setting + ": expected " + what + " on each host with workers, found " + String.join(", ", described())
                        + " on this one");
    }

    private static List<InetAddress> addresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .sorted(ORDER)
                    .toList();
        } catch (SocketException none) {
            return List.of();
        }
    }

    private static List<String> described() {
        List<String> described = new ArrayList<>();
        try {
            NetworkInterface.networkInterfaces().forEach(each -> each.inetAddresses()
                    .sorted(ORDER)
                    .forEach(address -> described.add(text(address) + " (" + each.getName() + ")")));
        } catch (SocketException none) {
            described.add("no network");
        }
        return described;
    }

    /** Without the name of the interface that Java adds to some. */
    private static String text(InetAddress address) {
        return address.getHostAddress().replaceFirst("%.*", "");
    }
}
