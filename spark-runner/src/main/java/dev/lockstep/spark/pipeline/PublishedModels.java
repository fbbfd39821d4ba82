package dev.lockstep.spark.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.cluster.storage.LeaseTiming;
import dev.lockstep.cluster.storage.RunDirectory;
import dev.lockstep.cluster.storage.RunLease;
import dev.lockstep.core.checkpoint.CheckpointStorage;
import dev.lockstep.core.checkpoint.DurableFiles;
import dev.lockstep.core.checkpoint.ModelArchive;
import dev.lockstep.core.checkpoint.SavedModel;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;

/**
 * The published versions of a model and which of them is current.
 *
 * <pre>
 * models/NAME/versions/2026-01-31/model/     as a run leaves it, with checksums
 * models/NAME/versions/2026-01-31/version.json
 * models/NAME/current                        a file: versions/2026-01-31
 * </pre>
 *
 * <p>A version is written whole under a name that begins with {@code _} and renamed; then {@code current} is replaced by a
 * rename. So a reader sees the old version or the new one, each whole: docs/adr/0020-current-is-a-file.md.
 */
final class PublishedModels {
    private static final String DESCRIPTION = "version.json";
    private static final Duration LEASE_WAIT = LeaseTiming.DEFAULT.expireAfter().plusSeconds(10);

    private final RunDirectory models;
    private final RunDirectory versions;

    PublishedModels(String location, Configuration configuration) {
        this.models = RunDirectory.at(location, configuration);
        this.versions = models.directory(VersionPointer.VERSIONS);
    }

    /** Where {@code current} is. */
    String pointerLocation() {
        return models.resolve(ModelPointer.NAME);
    }

    /** Where a version is: what commands take for a model. */
    String location(String version) {
        return versions.resolve(version);
    }

    /** What is current; empty before the first publication. */
    Optional<VersionPointer> pointer() throws IOException {
        return models.readText(ModelPointer.NAME).map(text -> VersionPointer.parse(text, pointerLocation()));
    }

    /** The versions that are there, sorted. */
    List<String> present() throws IOException {
        return versions.list().stream().filter(name -> !name.startsWith("_")).toList();
    }

    /** What is known of a version, as JSON; empty where nothing is. */
    Optional<String> description(String version) throws IOException {
        return versions.directory(version).readText(DESCRIPTION);
    }

    /** The name that a day's version gets: the day, with a number behind it where it has one already. */
    String freeName(LocalDate day) throws IOException {
        List<String> taken = present();
        String name = day.toString();
        for (int number = 2; taken.contains(name); number++) {
            name = day + "-" + number;
        }
        return name;
    }

    /** Does something while nobody else changes what is published: a rollback may come at any time. */
    <T> T exclusively(Supplier<T> work) {
        try (RunLease lease = RunLease.acquire(models, LeaseTiming.DEFAULT, LEASE_WAIT, waiting -> {})) {
            lease.assertHeld();
            return work.get();
        }
    }

    /**
     * Writes a version from the model of a run; one that is there is left as it is.
     *
     * @param run directory with {@code model/}
     * @param description for {@code version.json}
     * @param fencing the number to write under; throws when the pipeline's lease is lost
     */
    void write(String version, RunDirectory run, ObjectNode description, LongSupplier fencing) throws IOException {
        CheckpointStorage storage = versions.storage();
        if (present().contains(version)) {
            return;
        }
        for (String debris : versions.list()) {
            if (debris.startsWith("_" + version + "-")) {
                storage.delete(debris);
            }
        }
        String temporary = "_" + version + "-" + DurableFiles.randomName();
        ModelArchive source = new ModelArchive(run.storage());
        String runId = source.verify().runId();
        SavedModel model = source.read();
        RunDirectory target = versions.directory(temporary);
        versions.make();
        target.make();
        new ModelArchive(target.storage()).write(model, runId, fencing);
        target.writeText(DESCRIPTION, description.toPrettyString() + "\n");
        var unused = fencing.getAsLong();
        storage.publish(temporary, version);
    }

    /** Makes a version current, behind which the ones before stay to roll back to. */
    void makeCurrent(String version) throws IOException {
        Optional<VersionPointer> before = pointer();
        if (before.isPresent() && before.get().current().equals(version)) {
            return;
        }
        VersionPointer next =
                before.map(pointer -> pointer.published(version)).orElseGet(() -> new VersionPointer(List.of(version)));
        point(next);
    }

    private void point(VersionPointer pointer) throws IOException {
        models.writeText(
                ModelPointer.NAME, pointer.among(new HashSet<>(present())).text());
    }

    /**
     * Makes an older version current again.
     *
     * @param to which one; empty for the one before
     * @return its name
     * @throws LockstepException with {@link ExitCode#MODEL} when there is none
     */
    String rollBack(Optional<String> to) throws IOException {
        VersionPointer pointer = pointer()
                .orElseThrow(() -> new LockstepException(
                        ExitCode.MODEL,
                        "nothing to roll back: no " + pointerLocation() + "; nothing is published yet"));
        List<String> present = present();
        VersionPointer known = pointer.among(new HashSet<>(present));
        String target = to.or(known::previous)
                .orElseThrow(() -> new LockstepException(
                        ExitCode.MODEL,
                        "nothing to roll back to: no version was current before " + pointer.current()
                                + "; --to names any other one of " + present));
        if (!present.contains(target)) {
            throw new LockstepException(
                    ExitCode.MODEL,
                    "no version " + target + " in " + versions.location() + "; expected one of " + present);
        }
        // It may have been damaged since: nobody is sent to a model that cannot be read.
        new ModelArchive(versions.directory(target).storage()).verify();
        point(known.rolledBackTo(target));
        return target;
    }

    /**
     * Deletes old versions, and what a dead process left of one.
     *
     * @param keep how many of the newest stay
     * @return the names of those that went
     */
    List<String> prune(int keep) throws IOException {
        Optional<VersionPointer> pointer = pointer();
        if (pointer.isEmpty()) {
            return List.of();
        }
        CheckpointStorage storage = versions.storage();
        List<String> old = pointer.get().superfluous(present(), keep);
        for (String version : old) {
            storage.delete(version);
        }
        if (!old.isEmpty()) {
            point(pointer.get());
        }
        return old;
    }
}
