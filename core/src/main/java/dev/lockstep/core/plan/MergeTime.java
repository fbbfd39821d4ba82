package dev.lockstep.core.plan;

/**
 * How long a sum over all workers takes. A round is over when the last byte is there and summed:
 *
 * <pre>round = latency + messages + max(wire, work) + min(wire, work) / frames</pre>
 *
 * <p>{@code wire} is the time of a worker's bytes on its own link, {@code work} what they cost its processor; frames
 * pass through both like through a pipeline (its fill is one frame of the faster stage). Links are taken to be full
 * duplex and the switch between them never to be the bottleneck.
 *
 * @param network between the workers
 * @param cost of an exchange without a network
 */
public record MergeTime(NetworkSpeed network, ExchangeCost cost) {
    /** Of TCP over IPv4 on Ethernet: a frame takes 1,538 bytes of wire for 1,448 of content. */
    private static final double BYTES_ON_THE_WIRE = 1538.0 / 1448;

    /**
     * Seconds from the moment when all workers have come until the sum is everywhere.
     *
     * @param vectorBytes of the numbers that are summed
     */
    public double seconds(int workers, long vectorBytes) {
        MergeTraffic traffic = MergeTraffic.of(workers, vectorBytes);
        if (traffic.rounds() == 0) {
            return 0;
        }
        double bytes = traffic.bytesOfRound();
        double wire = network.seconds(bytes * BYTES_ON_THE_WIRE);
        double work = bytes * cost.secondsPerByte();
        double frames = traffic.peers() * Math.ceil(traffic.bytesToPeer() / MergeTraffic.FRAME_BYTES);
        return traffic.rounds()
                * (network.latencySeconds()
                        + traffic.peers() * cost.secondsPerMessage()
                        + Math.max(wire, work)
                        + Math.min(wire, work) / frames);
    }
}
