package dev.lockstep.cluster;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.ObjectInputStream;
import org.junit.jupiter.api.Test;

/** What the cluster module may depend on. */
final class ClusterArchitectureTest {
    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.lockstep.cluster");

    @Test
    void theScanFindsTheClasses() {
        assertThat(classes).isNotEmpty();
    }

    @Test
    void ofSparkNothingButItsNetworkLibrary() {
        noClasses()
                .should()
                .dependOnClassesThat(
                        resideInAPackage("org.apache.spark..").and(not(resideInAPackage("org.apache.spark.network.."))))
                .because("Spark itself belongs to spark-runner")
                .check(classes);
    }

    @Test
    void oneDoorToSparksNetworkLibrary() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.lockstep.cluster.transport..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.spark.network..")
                .because("one foreign seam, one package")
                .allowEmptyShould(true)
                .check(classes);
    }

    @Test
    void nothingOfTheRunnerAndNoCommandLine() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.lockstep.spark..", "picocli..", "org.deeplearning4j..", "org.nd4j..")
                .because("core <- cluster <- spark-runner is one-way")
                .check(classes);
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
