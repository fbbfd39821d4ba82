package dev.lockstep.spark.tensorboard;

import java.time.Instant;
import org.nd4j.shade.protobuf.DescriptorProtos.DescriptorProto;
import org.nd4j.shade.protobuf.DescriptorProtos.EnumDescriptorProto;
import org.nd4j.shade.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import org.nd4j.shade.protobuf.DescriptorProtos.FieldDescriptorProto;
import org.nd4j.shade.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import org.nd4j.shade.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import org.nd4j.shade.protobuf.DescriptorProtos.FileDescriptorProto;
import org.nd4j.shade.protobuf.DescriptorProtos.OneofDescriptorProto;
import org.nd4j.shade.protobuf.Descriptors.Descriptor;
import org.nd4j.shade.protobuf.Descriptors.DescriptorValidationException;
import org.nd4j.shade.protobuf.Descriptors.FileDescriptor;
import org.nd4j.shade.protobuf.DynamicMessage;
import org.tensorflow.framework.Summary;
import org.tensorflow.framework.SummaryProtos;

/**
 * The records of an event file: messages {@code tensorflow.Event}.
 *
 * <p>ND4J brings TensorFlow's classes of summaries, histograms and tensors, over a protobuf of its own, but not the class
 * of the events around them, and another library's would clash with ND4J's by name. So the event is a message of the same
 * protobuf by a descriptor: of TensorFlow's {@code event.proto} what is written here.
 */
final class EventMessages {
    private static final String VERSION = "brain.Event:2";
    private static final FileDescriptor FILE = describe();
    private static final Descriptor EVENT = FILE.findMessageTypeByName("Event");
    private static final Descriptor SESSION_LOG = FILE.findMessageTypeByName("SessionLog");

    private EventMessages() {}

    /** The first record of a file. */
    static byte[] version(Instant time) {
        return event(time, 0)
                .setField(EVENT.findFieldByName("file_version"), VERSION)
                .build()
                .toByteArray();
    }

    /** A new process writes on: what earlier files have of this step and later ones does not count. */
    static byte[] restart(Instant time, long step) {
        DynamicMessage log = DynamicMessage.newBuilder(SESSION_LOG)
                .setField(
                        SESSION_LOG.findFieldByName("status"),
                        FILE.findEnumTypeByName("SessionStatus").findValueByName("START"))
                .build();
        return event(time, step)
                .setField(EVENT.findFieldByName("session_log"), log)
                .build()
                .toByteArray();
    }

    /** Figures, histograms, images and texts of a step. */
    static byte[] summary(Instant time, long step, Summary summary) {
        return event(time, step)
                .setField(EVENT.findFieldByName("summary"), summary)
                .build()
                .toByteArray();
    }

    private static DynamicMessage.Builder event(Instant time, long step) {
        return DynamicMessage.newBuilder(EVENT)
                .setField(EVENT.findFieldByName("wall_time"), time.toEpochMilli() / 1e3)
                .setField(EVENT.findFieldByName("step"), step);
    }

    private static FileDescriptor describe() {
        FileDescriptor summaries = SummaryProtos.getDescriptor();
        FileDescriptorProto file = FileDescriptorProto.newBuilder()
                .setName("lockstep/event.proto")
                .setPackage("tensorflow")
                .setSyntax("proto3")
                .addDependency(summaries.getName())
                .addMessageType(DescriptorProto.newBuilder()
                        .setName("Event")
                        .addField(field("wall_time", 1, Type.TYPE_DOUBLE))
                        .addField(field("step", 2, Type.TYPE_INT64))
                        .addField(inEvent(field("file_version", 3, Type.TYPE_STRING)))
                        .addField(inEvent(field("summary", 5, Type.TYPE_MESSAGE).setTypeName(".tensorflow.Summary")))
                        .addField(inEvent(
                                field("session_log", 7, Type.TYPE_MESSAGE).setTypeName(".tensorflow.SessionLog")))
                        .addOneofDecl(OneofDescriptorProto.newBuilder().setName("what")))
                .addMessageType(DescriptorProto.newBuilder()
                        .setName("SessionLog")
                        .addField(field("status", 1, Type.TYPE_ENUM).setTypeName(".tensorflow.SessionStatus")))
                .addEnumType(EnumDescriptorProto.newBuilder()
                        .setName("SessionStatus")
                        .addValue(value("STATUS_UNSPECIFIED", 0))
                        .addValue(value("START", 1)))
                .build();
        try {
            return FileDescriptor.buildFrom(file, new FileDescriptor[] {summaries});
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException("the description of events is wrong", e);
        }
    }

    private static FieldDescriptorProto.Builder field(String name, int number, Type type) {
        return FieldDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(number)
                .setType(type)
                .setLabel(Label.LABEL_OPTIONAL);
    }

    /** One of the things that an event is about. */
    private static FieldDescriptorProto.Builder inEvent(FieldDescriptorProto.Builder field) {
        return field.setOneofIndex(0);
    }

    private static EnumValueDescriptorProto value(String name, int number) {
        return EnumValueDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(number)
                .build();
    }
}
