package dev.lockstep.cluster.storage;

import dev.lockstep.core.fuzz.FuzzFiles;
import dev.lockstep.core.fuzz.FuzzTarget;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The files of a lease as another process may find them. */
public final class LeaseFuzzTarget implements FuzzTarget {
    @Override
    public String name() {
        return "lease";
    }

    @Override
    public List<byte[]> seeds() throws IOException {
        ProcessIdentity owner = new ProcessIdentity("host", "host/boot/pids", 4711, "123");
        LeaseRecord record = new LeaseRecord(owner, "id", 3, 17, Instant.parse("2026-01-05T09:00:00Z"), false);
        Map<String, byte[]> held = new LinkedHashMap<>();
        held.put("lease.json", record.toJson());
        held.put("lease.claim-000000000003", record.toJson());
        held.put("lease.claim-000000000002", new byte[0]);
        return List.of(FuzzFiles.joined(held), FuzzFiles.joined(Map.of("metrics.jsonl", new byte[0])));
    }

    @Override
    public void read(byte[] input) throws IOException {
        LeaseFiles lease = new LeaseFiles(new Files(FuzzFiles.split(input)));
        LeaseFiles.Sight sight = lease.look();
        sight.isFree();
        ProcessIdentity observer = new ProcessIdentity("host", "host/boot/pids", 1, "1");
        if (sight.record().isPresent()) {
            LeaseRecord record = sight.record().get();
            record.owner().isCertainlyDead(observer);
            LeaseRecord again = LeaseRecord.parse(record.toJson()).orElseThrow();
            if (!again.equals(record)) {
                throw new AssertionError("reads back as another record: " + record);
            }
        }
        lease.deleteClaimsBelow(lease.highestClaim());
        if (lease.look().fencingNumber() != sight.fencingNumber()) {
            throw new AssertionError("the highest claim went with the lower ones");
        }
    }

    @Override
    public List<String> words() {
        return List.of(
                "\n=== lease.claim-000000000000000003\n", "\n=== lease.json\n", "\"pid\":-1", "-1000000000-01-01");
    }

    /** Files in memory. */
    private static final class Files implements RunFiles {
        private final Map<String, byte[]> files;

        Files(Map<String, byte[]> files) {
            this.files = new TreeMap<>(files);
        }

        @Override
        public String location() {
            return "memory";
        }

        @Override
        public void makeDirectory() {
            // It is there.
        }

        @Override
        public Optional<String> writableByOthers() {
            return Optional.empty();
        }

        @Override
        public boolean exists(String name) {
            return files.containsKey(name);
        }

        @Override
        public List<String> list() {
            return List.copyOf(files.keySet());
        }

        @Override
        public Optional<byte[]> read(String name) {
            return Optional.ofNullable(files.get(name));
        }

        @Override
        public void replace(String name, byte[] contents) {
            files.put(name, contents);
        }

        @Override
        public boolean createExclusively(String name, byte[] contents) {
            return files.putIfAbsent(name, contents) == null;
        }

        @Override
        public void delete(String name) {
            files.remove(name);
        }

        @Override
        public AppendStream append(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void moveToSibling(String name, String sibling) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String siblingLocation(String sibling) {
            throw new UnsupportedOperationException();
        }
    }
}
