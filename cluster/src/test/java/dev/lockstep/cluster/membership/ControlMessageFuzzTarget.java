package dev.lockstep.cluster.membership;

import dev.lockstep.core.fuzz.FuzzTarget;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/** What the other end of a control connection says, once its seal is off. */
public final class ControlMessageFuzzTarget implements FuzzTarget {
    @Override
    public String name() {
        return "control-message";
    }

    @Override
    public List<byte[]> seeds() {
        ControlMessage.Place place = new ControlMessage.Place("10.0.0.1", 4711);
        return List.of(
                new ControlMessage.Hello(1, 0, 2).encode(),
                new ControlMessage.Welcome(false).encode(),
                new ControlMessage.Join(17, "host", 4711, -1).encode(),
                new ControlMessage.Formed(2, List.of(place, place), 1, 17).encode(),
                new ControlMessage.Regroup(2, "rank 1 is gone").encode(),
                new ControlMessage.Heartbeat().encode(),
                new ControlMessage.Event("{\"event\":\"epoch\",\"epoch\":1}").encode(),
                new ControlMessage.Ended("over").encode());
    }

    @Override
    public void read(byte[] input) throws IOException {
        ControlMessage message = ControlMessage.decode(input);
        if (message instanceof ControlMessage.Formed formed) {
            formed.members().forEach(place -> InetSocketAddress.createUnresolved(place.host(), place.port()));
        } else if (message instanceof ControlMessage.Join join) {
            InetSocketAddress.createUnresolved(join.host(), join.port());
        }
        if (!ControlMessage.decode(message.encode()).equals(message)) {
            throw new AssertionError("reads back as another message: " + message);
        }
    }

    /** Both sides close the connection on it. */
    @Override
    public boolean isRefusal(Throwable thrown) {
        return thrown instanceof IOException;
    }

    @Override
    public List<String> words() {
        return List.of(
                "\"kind\":\"formed\"",
                "\"kind\":\"join\"",
                "\"members\":[null]",
                "\"port\":99999",
                "\"unreached\":2147483647",
                "[[[[[[[[");
    }
}
