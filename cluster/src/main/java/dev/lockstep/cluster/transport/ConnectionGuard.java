package dev.lockstep.cluster.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes what a stranger could abuse: connections that do not authenticate in time, and frames so long that collecting
 * them would eat the driver's memory. Spark's decoder alone accepts two gigabytes from anyone.
 *
 * <p>A frame of Spark's network library is its length as eight bytes, themselves counted, and then the rest.
 */
final class ConnectionGuard extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionGuard.class);
    private static final int LENGTH_BYTES = 8;
    private static final int MAXIMUM_STRANGER_FRAME_BYTES = 16 << 10;
    private static final int MAXIMUM_FRAME_BYTES = ControlConnection.MAXIMUM_MESSAGE_BYTES + (1 << 10);

    private final Duration deadline;
    private final UnprovenConnections<Channel> strangers;
    private long frameLength;
    private int lengthBytesSeen;
    private long bodyLeft;
    private boolean proved;

    /** @param strangers of all connections of the port */
    ConnectionGuard(Duration deadline, UnprovenConnections<Channel> strangers) {
        this.deadline = deadline;
        this.strangers = strangers;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) throws Exception {
        Channel tooMany = strangers.add(context.channel(), context.channel().remoteAddress());
        if (tooMany != null) {
            var unusedClose = tooMany.close();
        }
        var unused = context.executor()
                .schedule(
                        () -> {
                            if (!isAuthenticated(context) && context.channel().isOpen()) {
                                LOG.warn(
                                        "Closed a connection from {}: it did not authenticate within {} s",
                                        context.channel().remoteAddress(),
                                        deadline.toSeconds());
                                var unusedClose = context.close();
                            }
                        },
                        deadline.toMillis(),
                        TimeUnit.MILLISECONDS);
        super.channelActive(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        strangers.remove(context.channel());
        super.channelInactive(context);
    }

    private static boolean isAuthenticated(ChannelHandlerContext context) {
        return context.channel().attr(ControlRpcHandler.CONNECTION).get() != null;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof ByteBuf bytes && !withinLimits(bytes, isAuthenticated(context))) {
            ReferenceCountUtil.release(message);
            LOG.warn(
                    "Closed a connection from {}: it announced a frame of {} bytes",
                    context.channel().remoteAddress(),
                    frameLength);
            var unused = context.close();
            return;
        }
        super.channelRead(context, message);
        if (!proved && isAuthenticated(context)) {
            proved = true;
            strangers.remove(context.channel());
        }
    }

    private boolean withinLimits(ByteBuf bytes, boolean authenticated) {
        int limit = authenticated ? MAXIMUM_FRAME_BYTES : MAXIMUM_STRANGER_FRAME_BYTES;
        int index = bytes.readerIndex();
        while (index < bytes.writerIndex()) {
            if (bodyLeft > 0) {
                int step = (int) Math.min(bodyLeft, bytes.writerIndex() - index);
                bodyLeft -= step;
                index += step;
                continue;
            }
            frameLength = (frameLength << Byte.SIZE) | (bytes.getByte(index++) & 0xFF);
            if (++lengthBytesSeen == LENGTH_BYTES) {
                if (frameLength < LENGTH_BYTES || frameLength > limit) {
                    return false;
                }
                bodyLeft = frameLength - LENGTH_BYTES;
                frameLength = 0;
                lengthBytesSeen = 0;
            }
        }
        return true;
    }
}
