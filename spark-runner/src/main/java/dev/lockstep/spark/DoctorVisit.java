package dev.lockstep.spark;

import dev.lockstep.core.config.JobConfig;
import dev.lockstep.core.config.JobFile;
import dev.lockstep.core.error.LockstepException;
import dev.lockstep.spark.cli.DoctorAnswer;
import dev.lockstep.spark.cli.DoctorRequest;
import dev.lockstep.spark.data.HadoopFiles;
import dev.lockstep.spark.doctor.Diagnosis;
import dev.lockstep.spark.doctor.Doctor;
import dev.lockstep.spark.doctor.Finding;
import dev.lockstep.spark.doctor.Sessions;
import dev.lockstep.spark.doctor.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;

/** From a command line to what the doctor examines: the very settings that a run of the same command line would have. */
final class DoctorVisit {
    /** Stands for a job where there is none. */
    private static final String NO_JOB =
            """
            name: doctor
            data: {format: digits}
            model: {layers: [flatten, {dense: {units: 10, activation: softmax}}]}
            training: {loss: sparse_categorical_crossentropy}
            """;

    private final DoctorRequest request;
    private final Sessions sessions;
    private final List<Finding> known = new ArrayList<>();

    DoctorVisit(DoctorRequest request, Sessions sessions) {
        this.request = request;
        this.sessions = sessions;
    }

    DoctorAnswer answer() {
        Configuration hadoop = HadoopFiles.configuration(new SparkConf());
        String location = request.job();
        JobConfig given = location == null ? null : read(location, hadoop);
        Subject subject = subject(given == null ? standIn() : given, given != null);
        Diagnosis diagnosis = new Doctor().examine(subject, known);
        return new DoctorAnswer(request.json() ? diagnosis.json() : diagnosis.text(), diagnosis.exitCode());
    }

    private @Nullable JobConfig read(String location, Configuration hadoop) {
        try {
            JobConfig job = JobLoader.load(location, request.overrides(), request.workers(), hadoop);
            known.add(Finding.ok("job", location + ": " + job.name()));
            return job;
        } catch (LockstepException e) {
            known.add(Finding.problem(
                    "job",
                    String.valueOf(e.getMessage()),
                    "mend the job file; docs/job-file.md has all keys",
                    e.exitCode()));
            return null;
        }
    }

    private JobConfig standIn() {
        List<String> overrides =
                request.workers() == null ? List.of() : List.of("cluster.workers=" + request.workers());
        return JobFile.read(NO_JOB, "doctor", overrides, Map.of());
    }

    private Subject subject(JobConfig job, boolean isGiven) {
        Integer workers = job.cluster().workers();
        OptionalInt asked = workers == null ? OptionalInt.empty() : OptionalInt.of(workers);
        SparkConf configuration = SparkContexts.configure(job, request.master(), asked);
        String master = configuration.get("spark.master");
        String location = request.runDirectory();
        if (location == null && isGiven) {
            location = "runs/" + job.name();
        }
        return new Subject(
                job,
                isGiven,
                configuration,
                WorkerCount.isLocal(master),
                WorkerCount.slots(master, configuration),
                asked,
                location,
                HadoopFiles.configuration(configuration),
                sessions);
    }
}
