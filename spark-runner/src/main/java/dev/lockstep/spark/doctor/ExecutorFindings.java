package dev.lockstep.spark.doctor;

import dev.lockstep.core.memory.ByteCount;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** What follows from the reports of all tasks; what is the same on all executors is told once. */
final class ExecutorFindings {
    /** Kerberos refuses from five minutes on; before that it is only confusing. */
    private static final double CONFUSING_SECONDS = 2;

    private static final double REFUSED_SECONDS = 240;
    private static final String PORTS =
            "open the ports between these hosts: Spark's are spark.driver.port and spark.blockManager.port, Lockstep's"
                    + " cluster.coordinator_ports on the driver and cluster.worker_ports on executors, any that the system"
                    + " gives unless these are set (docs/cluster.md); see also spark.driver.host and"
                    + " cluster.worker_bind_address";

    private final List<ExecutorReport> reports;
    private final boolean sharedMemory;

    ExecutorFindings(List<ExecutorReport> reports, boolean sharedMemory) {
        this.reports = List.copyOf(reports);
        this.sharedMemory = sharedMemory;
    }

    List<Finding> list() {
        List<Finding> findings = new ArrayList<>();
        findings.add(overview());
        findings.add(versions());
        for (ExecutorReport report : oneOfEachExecutor()) {
            String where = report.where();
            if (report.libraries() != null) {
                findings.addAll(LibrariesCheck.findings(where, true, report.libraries()));
            }
            if (report.places() != null) {
                findings.addAll(report.places().findings(where, sharedMemory && sharesHost(report)));
            }
        }
        findings.add(driverPorts());
        findings.add(peerPorts());
        clock().ifPresent(findings::add);
        return findings;
    }

    private List<ExecutorReport> oneOfEachExecutor() {
        Map<String, ExecutorReport> byExecutor = new LinkedHashMap<>();
        reports.forEach(report -> byExecutor.putIfAbsent(report.executor(), report));
        return List.copyOf(byExecutor.values());
    }

    private boolean sharesHost(ExecutorReport report) {
        return reports.stream()
                        .filter(other -> other.host().equals(report.host()))
                        .count()
                > 1;
    }

    private Finding overview() {
        List<ExecutorReport> executors = oneOfEachExecutor();
        long hosts = executors.stream().map(ExecutorReport::host).distinct().count();
        long heap =
                executors.stream().mapToLong(ExecutorReport::heapBytes).min().orElse(0);
        return Finding.ok(
                "executors",
                count(reports.size(), "task") + " on " + count(executors.size(), "executor") + " on "
                        + count(hosts, "host") + ", heap of " + ByteCount.text(heap));
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private Finding versions() {
        List<String> wrong = oneOfEachExecutor().stream()
                .filter(report -> !report.java().matches(RuntimeCheck.JAVA + "([.+-].*)?")
                        || !report.spark().equals(RuntimeCheck.sparkVersion()))
                .map(report -> "Java " + report.java() + ", Spark " + report.spark() + report.where())
                .toList();
        if (wrong.isEmpty()) {
            String found = reports.stream()
                    .map(report -> "Java " + report.java() + ", Spark " + report.spark() + ", " + report.platform())
                    .distinct()
                    .collect(Collectors.joining("; "));
            return Finding.ok("their versions", found);
        }
        return Finding.ofCluster(
                "their versions",
                String.join("; ", wrong) + "; expected Java " + RuntimeCheck.JAVA + ", Spark "
                        + RuntimeCheck.sparkVersion() + " as here",
                "set spark.executorEnv.JAVA_HOME (on YARN also spark.yarn.appMasterEnv.JAVA_HOME) and use one Spark"
                        + " everywhere");
    }

    private Finding driverPorts() {
        List<String> failures = reports.stream()
                .filter(report -> report.driverFailure() != null)
                .map(report -> report.driverFailure() + report.where())
                .distinct()
                .toList();
        return failures.isEmpty()
                ? Finding.ok("driver's ports", "all executors reach the driver, and each proved the other's secret")
                : Finding.ofCluster("driver's ports", String.join("\n", failures), PORTS);
    }

    private Finding peerPorts() {
        if (reports.size() < 2) {
            return Finding.ok("peers' ports", "one worker has no peers");
        }
        List<String> failures = reports.stream()
                .filter(report -> report.peersFailure() != null)
                .map(report -> report.peersFailure() + report.where())
                .distinct()
                .toList();
        return failures.isEmpty()
                ? Finding.ok("peers' ports", count(reports.size(), "task") + " met and added up a number")
                : Finding.ofCluster("peers' ports", String.join("\n", failures), PORTS);
    }

    private Optional<Finding> clock() {
        return reports.stream()
                .filter(report -> report.secondsAhead() != null)
                .max(Comparator.comparingDouble(report -> Math.abs(Objects.requireNonNull(report.secondsAhead()))))
                .map(ExecutorFindings::clock);
    }

    static Finding clock(ExecutorReport furthest) {
        double ahead = furthest.secondsAhead() == null ? 0 : furthest.secondsAhead();
        String found = String.format(
                Locale.ROOT,
                "at most %.3f s apart: %s%s",
                Math.abs(ahead),
                ahead < 0 ? "behind the driver's" : "ahead of the driver's",
                furthest.where());
        String fix = "run a time service (chrony, ntpd) on all hosts; Lockstep's lease compares no clocks of two hosts,"
                + " but Kerberos refuses from 300 s on and logs tell things in the wrong order";
        if (Math.abs(ahead) >= REFUSED_SECONDS) {
            return Finding.ofCluster("clocks", found, fix);
        }
        return Math.abs(ahead) >= CONFUSING_SECONDS
                ? Finding.warning("clocks", found, fix)
                : Finding.ok("clocks", found);
    }
}
