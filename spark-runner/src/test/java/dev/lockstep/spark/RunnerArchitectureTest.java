package dev.lockstep.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.ObjectInputStream;
import org.junit.jupiter.api.Test;

/** What spark-runner may depend on, and where. */
final class RunnerArchitectureTest {
    private static final int FEWEST_CLASSES = 15;

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.lockstep.spark");

    @Test
    void theScanFindsTheClasses() {
        assertThat(classes).hasSizeGreaterThan(FEWEST_CLASSES);
    }

    @Test
    void oneDoorToDl4jSpark() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.lockstep.spark.dl4j..", "dev.lockstep.spark.tensorboard..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.deeplearning4j..", "org.nd4j..", "org.datavec..")
                .because("the mode dl4j_spark is one package; the engine is behind core's ModelReplica")
                .check(classes);
    }

    @Test
    void tensorBoardTakesNothingOfNd4jButTheMessages() {
        noClasses()
                .that()
                .resideInAPackage("dev.lockstep.spark.tensorboard..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.deeplearning4j..", "org.nd4j.linalg..", "org.nd4j.autodiff..", "org.datavec..")
                .because("it writes on a driver that need not compute anything")
                .check(classes);
    }

    @Test
    void helpStartsWithoutSpark() {
        noClasses()
                .that()
                .resideInAPackage("dev.lockstep.spark.cli..")
                .or()
                .haveSimpleName("LockstepCli")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "scala..")
                .because("the command line asks RunCommands, and only when a command needs it")
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
