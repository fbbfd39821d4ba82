package dev.lockstep.core.model.compiled;

import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * Intel's oneDNN on the processor: products, and the objects that its other kernels are made of. Everything made
 * through an instance lives until the instance is closed. One thread at a time.
 */
final class OneDnn implements AutoCloseable {
    private static final byte TRANSPOSED = 'T';
    private static final byte AS_IT_IS = 'N';

    private static final Map<Integer, String> INSTRUCTION_SETS = Map.of(
            dnnl.dnnl_cpu_isa_sse41, "SSE4.1",
            dnnl.dnnl_cpu_isa_avx, "AVX",
            dnnl.dnnl_cpu_isa_avx2, "AVX2",
            dnnl.dnnl_cpu_isa_avx2_vnni, "AVX2 with VNNI",
            dnnl.dnnl_cpu_isa_avx512_core, "AVX-512",
            dnnl.dnnl_cpu_isa_avx512_core_vnni, "AVX-512 with VNNI",
            dnnl.dnnl_cpu_isa_avx512_core_bf16, "AVX-512 with BF16",
            dnnl.dnnl_cpu_isa_avx512_core_fp16, "AVX-512 with FP16",
            dnnl.dnnl_cpu_isa_avx512_core_amx, "AVX-512 with AMX",
            dnnl.dnnl_cpu_isa_avx512_core_amx_fp16, "AVX-512 with AMX-FP16");

    private final Deque<Runnable> destructors = new ArrayDeque<>();
    private final dnnl_engine engine = new dnnl_engine();
    private final dnnl_stream stream = new dnnl_stream();

    private long largestScratchBytes;

    /** An argument of a kernel. */
    record Argument(int name, dnnl_memory memory) {}

    OneDnn() {
        check(dnnl.dnnl_engine_create(engine, dnnl_cpu, 0), "the engine");
        onClose(() -> dnnl.dnnl_engine_destroy(engine));
        check(dnnl.dnnl_stream_create(stream, engine, dnnl.dnnl_stream_default_flags), "the stream");
        onClose(() -> dnnl.dnnl_stream_destroy(stream));
    }

    /** Why oneDNN cannot be used in this process; null when it can. */
    static @Nullable String unavailableReason() {
        try {
            version();
            return null;
        } catch (LinkageError e) {
            String message = e.getMessage();
            return "oneDNN's native library does not load here (" + (message == null ? e.toString() : message) + ")";
        }
    }

    /** Name and version, such as "oneDNN 3.11.0". */
    static String version() {
        dnnl_version_t version = dnnl.dnnl_version();
        return "oneDNN " + version.major() + "." + version.minor() + "." + version.patch();
    }

    /** The instruction set that its kernels are generated for on this processor. */
    static String instructionSet() {
        return instructionSet(dnnl.dnnl_get_effective_cpu_isa());
    }

    private static String instructionSet(int set) {
        return INSTRUCTION_SETS.getOrDefault(set, "instruction set 0x" + Integer.toHexString(set));
    }

    /** oneDNN's own number of that instruction set. */
    static int instructionSetNumber() {
        return dnnl.dnnl_get_effective_cpu_isa();
    }

    /** What to do about kernels that are older than the processor; null where they fit. */
    static @Nullable String instructionSetWarning(int set, String processorFlags) {
        boolean hasAvx512 = (" " + processorFlags + " ").contains(" avx512f ");
        boolean usesAvx512 = (set & dnnl.dnnl_cpu_isa_avx512_core) == dnnl.dnnl_cpu_isa_avx512_core;
        return !hasAvx512 || usesAvx512
                ? null
                : "oneDNN generates kernels for " + instructionSet(set) + ", but this processor has AVX-512: steps take"
                        + " about twice as long as they could. Unset ONEDNN_MAX_CPU_ISA in the environment of every"
                        + " JVM, or set it to DEFAULT (for executors: spark.executorEnv.ONEDNN_MAX_CPU_ISA=DEFAULT).";
    }

    dnnl_engine engine() {
        return engine;
    }

    /**
     * A product of two matrices in row order, c = a b or with the factors transposed.
     *
     * @param a [rows, inner], or [inner, rows] where transposed
     * @param b [inner, columns], or [columns, inner] where transposed
     * @param c [rows, columns], overwritten
     */
    Kernel product(
            NativeFloats a,
            boolean transposeA,
            NativeFloats b,
            boolean transposeB,
            NativeFloats c,
            int rows,
            int columns,
            int inner) {
        byte formA = transposeA ? TRANSPOSED : AS_IT_IS;
        byte formB = transposeB ? TRANSPOSED : AS_IT_IS;
        long strideA = transposeA ? rows : inner;
        long strideB = transposeB ? inner : columns;
        FloatPointer pointerA = a.pointer();
        FloatPointer pointerB = b.pointer();
        FloatPointer pointerC = c.pointer();
        return () -> check(
                dnnl.dnnl_sgemm(
                        formA, formB, rows, columns, inner, 1f, pointerA, strideA, pointerB, strideB, 0f, pointerC,
                        columns),
                "a product");
    }

    /** The layout of an array of floats, last dimension fastest unless the tag says otherwise. */
    dnnl_memory_desc layout(int tag, long... dimensions) {
        return typedLayout(dnnl.dnnl_f32, tag, dimensions);
    }

    /** The same for another type of value. */
    dnnl_memory_desc typedLayout(int type, int tag, long... dimensions) {
        dnnl_memory_desc layout = new dnnl_memory_desc();
        check(
                dnnl.dnnl_memory_desc_create_with_tag(layout, dimensions.length, dimensions, type, tag),
                "a memory layout");
        onClose(() -> dnnl.dnnl_memory_desc_destroy(layout));
        return layout;
    }

    /** Memory that a kernel reads or writes. */
    dnnl_memory memory(dnnl_memory_desc layout, Pointer address) {
        dnnl_memory memory = new dnnl_memory();
        check(dnnl.dnnl_memory_create(memory, layout, engine, address), "a memory object");
        onClose(() -> dnnl.dnnl_memory_destroy(memory));
        return memory;
    }

    /** An argument for floats of a layout. */
    Argument argument(int name, dnnl_memory_desc layout, NativeFloats values) {
        return new Argument(name, memory(layout, values.pointer()));
    }

    /** A kernel of a description, with the memory that it works on; an argument that is null is left out. */
    Kernel kernel(dnnl_primitive_desc description, @Nullable Argument... arguments) {
        largestScratchBytes = Math.max(largestScratchBytes, scratchBytes(description));
        dnnl_primitive primitive = new dnnl_primitive();
        check(dnnl.dnnl_primitive_create(primitive, description), "a kernel");
        onClose(() -> dnnl.dnnl_primitive_destroy(primitive));
        List<Argument> given =
                Arrays.stream(arguments).flatMap(Stream::ofNullable).toList();
        int count = given.size();
        dnnl_exec_arg_t bound = new dnnl_exec_arg_t(count);
        for (int i = 0; i < count; i++) {
            Argument argument = given.get(i);
            bound.position(i).arg(argument.name()).memory(argument.memory());
        }
        bound.position(0);
        onClose(bound::deallocate);
        return () -> check(dnnl.dnnl_primitive_execute(primitive, stream, count, bound), "running a kernel");
    }

    /** A new description, freed with everything else. */
    dnnl_primitive_desc description() {
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        onClose(() -> {
            if (!description.isNull()) {
                dnnl.dnnl_primitive_desc_destroy(description);
            }
        });
        return description;
    }

    /**
     * Creates a description of the first implementation whose name begins so; where there is none, of the first of all.
     *
     * @param description empty
     * @param creation fills it and returns oneDNN's status
     */
    void describe(dnnl_primitive_desc description, String namePrefix, IntSupplier creation, String what) {
        check(creation.getAsInt(), what);
        while (!implementation(description).startsWith(namePrefix)) {
            if (dnnl.dnnl_primitive_desc_next_impl(description) != dnnl_success) {
                dnnl.dnnl_primitive_desc_destroy(description);
                check(creation.getAsInt(), what);
                return;
            }
        }
    }

    /** oneDNN's name of the implementation that a description stands for, such as "jit:avx512_core". */
    static String implementation(dnnl_primitive_desc description) {
        try (PointerPointer<BytePointer> name = new PointerPointer<>(1)) {
            check(
                    dnnl.dnnl_primitive_desc_query(description, dnnl.dnnl_query_impl_info_str, 0, name),
                    "an implementation's name");
            return name.get(BytePointer.class).getString();
        }
    }

    /** The most memory that one of the kernels made so far takes for itself while it runs. */
    long largestScratchBytes() {
        return largestScratchBytes;
    }

    private static long scratchBytes(dnnl_primitive_desc description) {
        try (LongPointer bytes = new LongPointer(1)) {
            check(
                    dnnl.dnnl_primitive_desc_query(description, dnnl.dnnl_query_memory_consumption_s64, 0, bytes),
                    "how much memory a kernel takes");
            return bytes.get();
        }
    }

    /** Attributes by which a kernel applies an elementwise function to what it has computed. */
    dnnl_primitive_attr followedBy(int algorithm, float alpha, float beta) {
        dnnl_primitive_attr attributes = attributes();
        dnnl_post_ops operations = new dnnl_post_ops();
        check(dnnl.dnnl_post_ops_create(operations), "a fused operation");
        check(dnnl.dnnl_post_ops_append_eltwise(operations, algorithm, alpha, beta), "a fused operation");
        check(dnnl.dnnl_primitive_attr_set_post_ops(attributes, operations), "a fused operation");
        dnnl.dnnl_post_ops_destroy(operations);
        return attributes;
    }

    /** New attributes, freed with everything else. */
    dnnl_primitive_attr attributes() {
        dnnl_primitive_attr attributes = new dnnl_primitive_attr();
        check(dnnl.dnnl_primitive_attr_create(attributes), "attributes");
        onClose(() -> dnnl.dnnl_primitive_attr_destroy(attributes));
        return attributes;
    }

    /** A layout that oneDNN chose for one argument of a kernel. */
    static dnnl_memory_desc chosenLayout(dnnl_primitive_desc description, int argument) {
        return dnnl.dnnl_primitive_desc_query_md(description, dnnl.dnnl_query_exec_arg_md, argument);
    }

    /** Room for an array in a layout, in floats. */
    static int floats(dnnl_memory_desc layout) {
        return Math.toIntExact((dnnl.dnnl_memory_desc_get_size(layout) + Float.BYTES - 1) / Float.BYTES);
    }

    /** Has something done when this instance is closed; what was asked for last is done first. */
    void onClose(Runnable destructor) {
        destructors.push(destructor);
    }

    /** Fails when oneDNN says so. */
    static void check(int status, String what) {
        if (status != dnnl_success) {
            throw new IllegalStateException("oneDNN refused " + what + ": status " + status);
        }
    }

    @Override
    public void close() {
        while (!destructors.isEmpty()) {
            destructors.pop().run();
        }
    }
}
