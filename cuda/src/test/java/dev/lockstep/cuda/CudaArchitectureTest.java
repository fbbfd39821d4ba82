package dev.lockstep.cuda;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the module may depend on, and where. */
final class CudaArchitectureTest {
    private static final int FEWEST_CLASSES = 10;

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.lockstep.cuda");

    @Test
    void theScanFindsTheClasses() {
        assertThat(classes).hasSizeGreaterThan(FEWEST_CLASSES);
    }

    /** So that all but these few can be tried without a GPU. */
    @Test
    void onlyClassesNamedForItKnowCuda() {
        noClasses()
                .that()
                .haveSimpleNameNotStartingWith("Cuda")
                .and()
                .areNotNestedClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco.cuda..")
                .check(classes);
    }

    @Test
    void nothingButCore() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.lockstep.cluster..",
                        "dev.lockstep.spark..",
                        "org.apache.spark..",
                        "org.deeplearning4j..",
                        "org.nd4j..")
                .because("the module is one more replica behind core's ModelReplica")
                .check(classes);
    }
}
