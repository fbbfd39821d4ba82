package dev.lockstep.sandbox;

/** What a person may try next. */
record Directions(Layout layout, Ports ports) {
    String text() {
        String hdfs = "hdfs://127.0.0.1:" + ports.nameNode();
        String master = "spark://127.0.0.1:" + ports.sparkMaster();
        return """

                HDFS                %s           http://127.0.0.1:%d
                Spark standalone    %s          http://127.0.0.1:%d
                YARN                yarn                             http://127.0.0.1:%d

                Try:
                    export SPARK_HOME=%s HADOOP_CONF_DIR=%s
                    scripts/lockstep train examples/digits.yaml --master %s --run-dir %s/runs/digits
                    scripts/lockstep train examples/digits.yaml --master yarn --run-dir %s/runs/digits-yarn
                    scripts/lockstep submit examples/digits.yaml --master yarn --deploy-mode cluster \\
                        --driver-memory 1g --executor-memory 1g --run-dir %s/runs/digits-submitted
                    scripts/lockstep evaluate %s/runs/digits --master %s
                    scripts/sandbox down"""
                .formatted(
                        hdfs,
                        ports.nameNodeWeb(),
                        master,
                        ports.sparkMasterWeb(),
                        ports.resourceManagerWeb(),
                        layout.spark(),
                        layout.hadoop(),
                        master,
                        hdfs,
                        hdfs,
                        hdfs,
                        hdfs,
                        master);
    }
}
