package dev.lockstep.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.ObjectInputStream;
import org.junit.jupiter.api.Test;

/** What core may depend on: the engine has to stay testable without a cluster. */
final class CoreArchitectureTest {
    private static final int FEWEST_CLASSES = 60;

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.lockstep.core");

    @Test
    void theScanFindsTheClasses() {
        assertThat(classes).hasSizeGreaterThan(FEWEST_CLASSES);
    }

    @Test
    void noClusterFrameworkAndNoCommandLine() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.spark..",
                        "org.apache.hadoop..",
                        "scala..",
                        "io.netty..",
                        "picocli..",
                        "dev.lockstep.cluster..",
                        "dev.lockstep.spark..")
                .because("core <- cluster <- spark-runner is one-way")
                .check(classes);
    }

    @Test
    void noSockets() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.net\\.(?!(URI|URL|URLDecoder|URLEncoder|URISyntaxException)$).*"
                        + "|java\\.nio\\.channels\\.(.*Socket.*|Selector|SelectionKey|DatagramChannel|NetworkChannel)"
                        + "|javax\\.net\\..*|com\\.sun\\.net\\..*")
                .because("processes talk to each other in the cluster module")
                .check(classes);
    }

    @Test
    void oneDoorToDl4j() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.lockstep.core.model.dl4j..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.nd4j..", "org.deeplearning4j..", "org.datavec..")
                .because("one foreign seam, one package")
                .check(classes);
    }

    @Test
    void packagesAreFreeOfCycles() {
        slices().matching("dev.lockstep.core.(*)..").should().beFreeOfCycles().check(classes);
    }

    @Test
    void nothingIsReadByJavaDeserialization() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ObjectInputStream.class)
                .because("what is read may come from anybody")
                .check(classes);
    }
}
