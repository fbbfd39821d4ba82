package dev.lockstep.core.model;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.lockstep.core.data.Shape;
import dev.lockstep.core.error.ExitCode;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.core.model.compiled.CompiledReplica;
import dev.lockstep.core.model.dl4j.Dl4jReplica;
import dev.lockstep.core.model.layer.FlattenLayer;
import dev.lockstep.core.model.layer.LayerSpec;
import dev.lockstep.core.model.loss.MeanSquaredErrorLoss;
import dev.lockstep.core.oracle.Networks;
import dev.lockstep.core.schema.Named;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ModelReplicasTest {
    /** A kind that no replica knows. */
    @Named(value = "mystery", doc = "For this test.")
    record MysteryLayer(@Nullable String name) implements LayerSpec {
        @Override
        public Shape outputShape(Shape input) {
            return input;
        }
    }

    @Test
    void everyLayerInTheWayIsNamed() {
        NetworkPlan plan = Networks.plan(
                4,
                new MeanSquaredErrorLoss(),
                new MysteryLayer("strange"),
                Networks.dense(2, Activation.LINEAR),
                new MysteryLayer(null));
        assertThatThrownBy(() -> ModelReplicas.create(plan, 1, 1))
                .isInstanceOfSatisfying(
                        LockstepException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
                .hasMessageContaining("layer \"strange\" (mystery)")
                .hasMessageContaining("layer \"mystery\" (mystery)");
    }

    @Test
    void aNetworkWithNothingToTrainIsRefused() {
        NetworkPlan plan = NetworkPlan.of(
                new ModelSpec(List.of(new FlattenLayer(null))), Shape.of(2, 2), new MeanSquaredErrorLoss());
        assertThatThrownBy(() -> ModelReplicas.create(plan, 1, 1)).hasMessageContaining("no parameters");
    }

    @Test
    void aNetworkWhoseLayersAllHaveKernelsIsCompiled() {
        NetworkPlan plan = Networks.plan(4, new MeanSquaredErrorLoss(), Networks.dense(2, Activation.LINEAR));
        try (ModelReplica replica = ModelReplicas.create(plan, 1, 1)) {
            assertThat(replica).isInstanceOf(CompiledReplica.class);
            assertThat(replica.description())
                    .startsWith("compiled kernels, oneDNN 3.")
                    .contains(replica.arithmetic())
                    .endsWith("1 thread");
        }
    }

    /** Offers the replica of the processor as its own, or objects. */
    private static final class FakeProvider implements ModelReplicaProvider {
        private final List<String> objections;
        private @Nullable ModelReplica created;

        FakeProvider(String... objections) {
            this.objections = List.of(objections);
        }

        @Override
        public List<String> objections(NetworkPlan plan, Device.Gpu gpu) {
            return objections;
        }

        @Override
        public ModelReplica create(NetworkPlan plan, int maximumBatchSize, Device.Gpu gpu) {
            created = CompiledReplica.create(plan, maximumBatchSize, 1);
            return created;
        }
    }

    @Test
    void aGpuIsUsedByTheFirstProviderThatDoesNotObject() {
        NetworkPlan plan = Networks.plan(4, new MeanSquaredErrorLoss(), Networks.dense(2, Activation.LINEAR));
        FakeProvider unwilling = new FakeProvider("no such GPU");
        FakeProvider willing = new FakeProvider();
        try (ModelReplica replica = ModelReplicas.create(plan, 1, 1, new Device.Gpu(0), List.of(unwilling, willing))) {
            assertThat(replica).isSameAs(willing.created);
            assertThat(unwilling.created).isNull();
        }
    }

    @Test
    void theProcessorComputesWhereNoProviderCanOrNoGpuWasAssigned() {
        NetworkPlan plan = Networks.plan(4, new MeanSquaredErrorLoss(), Networks.dense(2, Activation.LINEAR));
        FakeProvider unwilling = new FakeProvider("no such GPU");
        try (ModelReplica replica = ModelReplicas.create(plan, 1, 1, new Device.Gpu(0), List.of(unwilling))) {
            assertThat(replica).isInstanceOf(CompiledReplica.class);
            assertThat(unwilling.created).isNull();
        }
        FakeProvider willing = new FakeProvider();
        try (ModelReplica replica = ModelReplicas.create(plan, 1, 1, Device.processor(), List.of(willing))) {
            assertThat(replica).isInstanceOf(CompiledReplica.class);
            assertThat(willing.created).isNull();
        }
        // As in the ordinary build: nobody offers anything.
        try (ModelReplica replica = ModelReplicas.create(plan, 1, 1, new Device.Gpu(3))) {
            assertThat(replica).isInstanceOf(CompiledReplica.class);
        }
    }

    @Test
    void theWarningOfAnUnusedGpuSaysWhyAndWhatToDo() {
        assertThat(ModelReplicas.fallbackWarning(new Device.Gpu(3), List.of()))
                .startsWith("GPU 3 was assigned")
                .contains("lockstep-cuda is not on the class path", "--jars", "spark.task.resource.gpu.amount");
        assertThat(ModelReplicas.fallbackWarning(new Device.Gpu(0), List.of("first reason", "second reason")))
                .startsWith("GPU 0 was assigned")
                .contains("first reason; second reason", "docs/gpu.md", "spark.task.resource.gpu.amount")
                .doesNotContain("class path");
    }

    @Test
    void theReplicaSaysWhatComputes() {
        NetworkPlan plan = Networks.plan(4, new MeanSquaredErrorLoss(), Networks.dense(2, Activation.LINEAR));
        try (ModelReplica replica = Dl4jReplica.create(plan, 1, 1)) {
            assertThat(replica.description())
                    .startsWith("DL4J 1.0.0-")
                    .contains("OpenBLAS", ModelReplicas.blasKernel(), "1 thread");
            assertThat(replica.arithmetic()).isEqualTo(ModelReplicas.blasKernel());
        }
    }

    @Test
    void onlyOnePackageOfCoreKnowsDl4j() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.lockstep.core.model.dl4j..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.deeplearning4j..", "org.nd4j..", "org.bytedeco.openblas..")
                .check(classesOfCore());
    }

    @Test
    void onlyClassesNamedForItKnowOneDnn() {
        noClasses()
                .that()
                .haveSimpleNameNotStartingWith("OneDnn")
                .and()
                .areNotNestedClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco.dnnl..")
                .check(classesOfCore());
    }

    private static JavaClasses classesOfCore() {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.lockstep.core");
    }
}
