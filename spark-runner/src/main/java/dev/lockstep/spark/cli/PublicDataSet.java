package dev.lockstep.spark.cli;

import java.net.URI;
import java.util.Map;

/** The data sets that {@code data fetch} knows: where their publishers keep them, and the SHA-256 of each file. */
enum PublicDataSet {
    FASHION_MNIST(
            "fashion-mnist",
            "fashion_mnist",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            Map.of(
                    "train-images-idx3-ubyte.gz",
                    "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                    "train-labels-idx1-ubyte.gz",
                    "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                    "t10k-images-idx3-ubyte.gz",
                    "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                    "t10k-labels-idx1-ubyte.gz",
                    "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5")),
    MNIST(
            "mnist",
            "mnist",
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            Map.of(
                    "train-images-idx3-ubyte.gz",
                    "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                    "train-labels-idx1-ubyte.gz",
                    "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                    "t10k-images-idx3-ubyte.gz",
                    "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                    "t10k-labels-idx1-ubyte.gz",
                    "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"));

    private final String commandName;
    private final String folder;
    private final URI baseUrl;

    @SuppressWarnings("ImmutableEnumChecker") // from Map.of
    private final Map<String, String> sha256ByFile;

    PublicDataSet(String commandName, String folder, String baseUrl, Map<String, String> sha256ByFile) {
        this.commandName = commandName;
        this.folder = folder;
        this.baseUrl = URI.create(baseUrl);
        this.sha256ByFile = sha256ByFile;
    }

    /** The name on the command line. */
    String commandName() {
        return commandName;
    }

    /** The folder under the data directory. */
    String folder() {
        return folder;
    }

    /** Where the publisher keeps the files. */
    URI baseUrl() {
        return baseUrl;
    }

    /** Lower-case hexadecimal SHA-256 by file name. */
    Map<String, String> files() {
        return sha256ByFile;
    }
}
