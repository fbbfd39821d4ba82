package dev.lockstep.core.fault;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;

/** Something that goes wrong once. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Fault.Kill.class, name = "kill"),
    @JsonSubTypes.Type(value = Fault.Pause.class, name = "pause"),
    @JsonSubTypes.Type(value = Fault.Delay.class, name = "delay"),
    @JsonSubTypes.Type(value = Fault.CutNetwork.class, name = "cut_network"),
    @JsonSubTypes.Type(value = Fault.CorruptFrame.class, name = "corrupt_frame"),
    @JsonSubTypes.Type(value = Fault.FailWrite.class, name = "fail_write"),
    @JsonSubTypes.Type(value = Fault.KillWriter.class, name = "kill_writer"),
    @JsonSubTypes.Type(value = Fault.FillMemory.class, name = "fill_memory"),
    @JsonSubTypes.Type(value = Fault.KillDriver.class, name = "kill_driver"),
    @JsonSubTypes.Type(value = Fault.StopRun.class, name = "stop_run")
})
public sealed interface Fault {
    /** Stands for the driver where a rank is expected. */
    int DRIVER = -1;

    /** The rank whose moments count. */
    int rank();

    /** When it strikes; null where it waits for a write instead. */
    @Nullable
    Moment at();

    /** The rank's process dies without a word, so long after the moment: it may be in the middle of what follows. */
    record Kill(int rank, Moment at, int afterMicroseconds) implements Fault {}

    /** The rank's process stands still, all its threads and its network with it, and then goes on. */
    record Pause(int rank, Moment at, int milliseconds) implements Fault {}

    /** The rank's training is slow; its heart beats on. */
    record Delay(int rank, Moment at, int milliseconds) implements Fault {}

    /**
     * The way between the rank and another one, or {@link #DRIVER}, is cut and heals later.
     *
     * @param silent whether bytes just stay away; else connections break and new ones are refused
     */
    record CutNetwork(int rank, int peer, Moment at, int milliseconds, boolean silent) implements Fault {}

    /** One bit of what the rank sends to another one, or to {@link #DRIVER}, arrives wrong. */
    record CorruptFrame(int rank, int peer, Moment at, int afterBytes) implements Fault {}

    /** The storage refuses changes that the rank asks for, beginning with this one, counted from 1. */
    record FailWrite(int rank, int call, int times) implements Fault {
        @Override
        public @Nullable Moment at() {
            return null;
        }
    }

    /** The rank's process dies at the change of the storage, counted from 1, before or after its effect. */
    record KillWriter(int rank, int call, boolean afterEffect) implements Fault {
        @Override
        public @Nullable Moment at() {
            return null;
        }
    }

    /**
     * The rank's process takes memory until it gets no more. Never drawn: what becomes of it depends on the machine.
     *
     * @param outsideTheHeap whether it asks the system for it; else it fills its heap
     */
    record FillMemory(int rank, Moment at, boolean outsideTheHeap) implements Fault {}

    /** The driver dies when the rank comes to the moment. The same command is given again. */
    record KillDriver(int rank, Moment at) implements Fault {}

    /** The run is asked to stop when the rank comes to the moment. The same command is given again. */
    record StopRun(int rank, Moment at) implements Fault {}

    /** Whether the rank's process does not outlive it, as a rule. */
    default boolean endsProcess() {
        return this instanceof Kill || this instanceof KillWriter || this instanceof FillMemory;
    }
}
