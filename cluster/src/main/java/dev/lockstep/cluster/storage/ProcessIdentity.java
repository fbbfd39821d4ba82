package dev.lockstep.cluster.storage;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Names a process so that another process on the same machine can tell whether it still lives.
 *
 * @param host for people
 * @param machine host name, boot and process-id space: only where all are the same does a process id mean the same
 * @param pid process id
 * @param started when the process started, in a form that is compared and not read; not a wall-clock time where that can
 *     be avoided, because clocks are set
 */
record ProcessIdentity(String host, String machine, long pid, String started) {
    static final String UNKNOWN = "unknown";

    static ProcessIdentity ofThisProcess() {
        long pid = ProcessHandle.current().pid();
        String host = hostName();
        String machine = host + "/" + firstLine(Path.of("/proc/sys/kernel/random/boot_id")) + "/" + processIdSpace();
        return new ProcessIdentity(host, machine, pid, startOf(pid).orElse(UNKNOWN));
    }

    /** Whether it is certain, seen from another process, that this one lives no more. */
    boolean isCertainlyDead(ProcessIdentity observer) {
        if (!machine.equals(observer.machine)) {
            return false;
        }
        Optional<String> now = startOf(pid);
        if (now.isEmpty()) {
            return true;
        }
        boolean known = !started.equals(UNKNOWN) && !now.get().equals(UNKNOWN);
        return known && !now.get().equals(started);
    }

    /** When the process of that id started, or empty when none is alive. */
    private static Optional<String> startOf(long pid) {
        Path stat = Path.of("/proc/" + pid + "/stat");
        if (!Files.isDirectory(Path.of("/proc/self"))) {
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .map(process ->
                            process.info().startInstant().map(Object::toString).orElse(UNKNOWN));
        }
        try {
            String line = Files.readString(stat);
            // The command in parentheses may itself hold spaces and parentheses; state is the field after it, the start
            // in clock ticks since boot the twentieth (proc(5), fields 3 and 22).
            String[] fields = line.substring(line.lastIndexOf(')') + 1).strip().split(" ", -1);
            boolean ended = fields[0].equals("Z") || fields[0].equals("X");
            return ended ? Optional.empty() : Optional.of(fields[19]);
        } catch (IOException e) {
            return Files.exists(stat) ? Optional.of(UNKNOWN) : Optional.empty();
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return firstLine(Path.of("/proc/sys/kernel/hostname"));
        }
    }

    private static String processIdSpace() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
        } catch (IOException | UnsupportedOperationException e) {
            return UNKNOWN;
        }
    }

    private static String firstLine(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return UNKNOWN;
        }
    }
}
