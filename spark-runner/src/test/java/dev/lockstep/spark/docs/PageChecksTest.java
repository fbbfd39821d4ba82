package dev.lockstep.spark.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each check finds what is wrong on a page, and nothing on one that is right. */
class PageChecksTest {
    private static List<String> findings(String check, String name, String text) {
        return Objects.requireNonNull(DocumentationTest.CHECKS.get(check)).findings(new Page(name, text));
    }

    private static void finds(String check, String text, String what) {
        assertThat(findings(check, "docs/wrong.md", text))
                .singleElement()
                .asString()
                .contains(what);
    }

    private static void findsNothing(String check, String text) {
        assertThat(findings(check, "docs/right.md", text)).isEmpty();
    }

    @Test
    void linksLeadToFilesAndHeadings() {
        finds("links and anchors", "\n[x](nowhere.md)", "docs/wrong.md:2: the link nowhere.md leads nowhere");
        finds("links and anchors", "[x](faults.md#no-such-heading)", "names a heading that is not there");
        finds("links and anchors", "# A\n[x](#b)", "names a heading that is not there");
        finds("links and anchors", "[x](../../elsewhere.md)", "leaves the repository");
        finds("links and anchors", "[x](/etc/hosts)", "leaves the repository");
        finds("links and anchors", "As docs/no-such-page.md says", "there is no page docs/no-such-page.md");
        findsNothing(
                "links and anchors",
                "# Some `thing`, twice\n# Some thing, twice\n[x](#some-thing-twice-1) [y](faults.md#memory-and-what-doctor-finds-beforehand)"
                        + " [z](../README.md) [w](https://example.org/a) docs/faults.md");
    }

    @Test
    void theIndexLeadsToEveryPage() {
        assertThat(findings("the index", IndexCheck.INDEX, "[x](faults.md)"))
                .anyMatch(finding -> finding.contains("does not lead to security.md"))
                .noneMatch(finding -> finding.contains("faults.md"));
    }

    @Test
    void jobsCanBeTrained() {
        finds("jobs", "```yaml\ntraining: {epoch: 3}\n```", "did you mean \"epochs\"?");
        finds("jobs", "```yaml\ntraining: {loss: binary_crossentropy}\n```", "needs a sigmoid");
        finds("jobs", "```yaml\nstages: [a]\n```", "is neither a job or pipeline");
        finds("jobs", "```yaml\na: [\n```", "is no job");
        finds(
                "jobs",
                "```yaml mine.yaml\nname: a\ndata: {format: csv}\nmodel: {layers: [flatten]}\ntraining: {loss: mse}\n```",
                "data.train");
        findsNothing(
                "jobs",
                "```yaml\ncluster: {sync: {parameter_averaging: {every: 8}}}\ndata: {directory: '${SOMEWHERE}'}\n```\n"
                        + "```yaml pipeline\nstages: [a]\n```\n");
    }

    @Test
    void keysExist() {
        finds("keys", "Set `training.epoch: 3`", "`training.epoch` is no key");
        finds("keys", "Set `training.optimizer.learning_rate`", "is no key");
        finds("keys", "Set `spark.executor.memroy=2g`", "is no key");
        finds("keys", "See `test.acuracy`", "is no key");
        finds("keys", "Set `--set cluster.worker=3`", "is no key");
        findsNothing(
                "keys",
                "`training.epochs`, `cluster.sync: {dl4j_spark: {every: 10}}`, `model.layers.1.dense.units`, `data.preprocessing`,"
                        + " `training.optimizer.adam.beta_1`, `spark.task.cpus`, `cluster.spark.spark.executor.memory`,"
                        + " `spark.executorEnv.JAVA_HOME`, `test.accuracy`, `model.json`, `core.model.layer.LayerSpec`,"
                        + " `cluster.transport`, `hdfs://namenode:8020/a.b`, `MultiLayerNetwork.fit`");
    }

    @Test
    void commandsCanBeParsed() {
        finds("commands", "    scripts/lockstep train a.yaml --worker 3\n", "--worker");
        finds("commands", "```bash\nscripts/lockstep trian a.yaml\n```", "trian");
        finds("commands", "    scripts/lockstep predict runs/a\n", "--output");
        finds("commands", "    scripts/lockstep train JOB... [--compar FILE]\n", "has no option --compar");
        finds("commands", "    scripts/lockstep train a.yaml --set training.epoch=3\n", "sets no key");
        finds("commands", "    scripts/lockstep train examples/none.yaml\n", "there is no examples/none.yaml");
        finds("commands", "    spark-submit --master yarn lockstep-assembly.jar train a.yaml --frsh\n", "--frsh");
        finds("commands", "    scripts/sandbx up\n", "there is no script sandbx");
        finds("commands", "    scripts/sandbox up --no-such" + "-option 3\n", "has no option --no-such" + "-option");
        finds("commands", "Say `lockstep evaluate runs/a --quick`", "--quick");
        findsNothing(
                "commands",
                """
                    scripts/lockstep train examples/digits.yaml   # a comment
                    LOCKSTEP_DATA=data scripts/lockstep train examples/optimizers-*.yaml --compare 'a b.html'
                    scripts/lockstep train JOB... [--compare FILE] [--resume auto|never|require] [--set k=v]...
                    scripts/lockstep data fetch mnist && scripts/lockstep inspect runs/a > a.txt
                    spark-submit --master yarn --class dev.lockstep.spark.LockstepCli \\
                      lockstep-assembly.jar train job.yaml --run-dir hdfs://namenode:8020/runs/a
                    scripts/sandbox up --directory D

                What `scripts/lockstep doctor` says.
                """);
    }

    @Test
    void environmentVariablesAreLookedAt() {
        finds("environment variables", "Set LOCKSTEP_" + "JAVA_OPTIONS", "nothing looks at LOCKSTEP_" + "JAVA_OPTIONS");
        findsNothing("environment variables", "Set `LOCKSTEP_JAVA_OPTS=-Xmx8g`");
    }

    @ParameterizedTest
    @CsvSource({
        "99 | too much, there are no exit codes [99]",
        "99 | too much, are missing",
    })
    void tablesHaveTheExitCodesThatThereAre(String row, String what) {
        String table =
                "| Exit code | Meaning |\n|---|---|\n| 0 | completed |\n| 2 | usage |\n| 3 | data |\n| 4 | model |\n"
                        + "| 5 | cluster |\n| " + row + " |\n";
        assertThat(findings("exit codes", "docs/wrong.md", table)).anyMatch(finding -> finding.contains(what));
    }

    @Test
    void exitCodesMeanWhatHelpSays() {
        finds("exit codes", "It ends with exit code 99.", "there is no exit code 99");
        String whole =
                "| Code | |\n|---|---|\n| 0 | completed |\n| 1 | a fault |\n| 2 | usage |\n| 3 | data |\n| 4 | model |\n"
                        + "| 5 | cluster |\n| 6 | diverged |\n| 7 | stopped |\n";
        findsNothing("exit codes", whole + "\nexit code 7, exit code 137");
        finds("exit codes", whole.replace("| 6 | diverged |", "| 6 | exploded |"), "exit code 6 is \"diverged ...\"");
    }

    @Test
    void messagesAreThoseOfThePrograms() {
        String name = "docs/troubleshooting.md";
        assertThat(findings("messages", name, "    … workers need as many sockets at once, …\n"))
                .singleElement()
                .asString()
                .contains("no program says \"workers need as many sockets at once,\"");
        assertThat(findings("messages", name, "    … has …\n"))
                .singleElement()
                .asString()
                .contains("too little");
        assertThat(findings(
                        "messages",
                        name,
                        "    lockstep: … workers need as many task slots at once, … has …; ask for fewer workers\n\n"
                                + "# The words of others\n\n    Container killed by nobody\n"))
                .isEmpty();
    }

    @Test
    void theTableOfResultJsonIsComplete() {
        String page = "## `result.json`\n\n| Key | Meaning |\n|---|---|\n| `status`, `stats` | x |\n";
        assertThat(findings("keys of result.json", "docs/run-directory.md", page))
                .anyMatch(finding -> finding.contains("nothing writes [stats]"))
                .anyMatch(finding -> finding.contains("the table lacks [") && finding.contains("wall_seconds"));
    }

    @Test
    void testsThatAreNamedExist() {
        finds("names of tests", "`NoSuchTest` proves it", "there is no test NoSuchTest");
        finds("names of tests", "`BadInputsTest.noSuchMethod` proves it", "BadInputsTest has no test noSuchMethod");
        finds("names of tests", "`BadInputsTest` and `.noSuchMethod` prove it", "has no noSuchMethod");
        findsNothing("names of tests", "`BadInputsTest.thePageShowsWhatAPersonSees`, `JobFileFuzzTarget`");
    }
}
