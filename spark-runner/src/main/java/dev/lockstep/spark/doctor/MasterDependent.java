package dev.lockstep.spark.doctor;

import dev.lockstep.spark.doctor.Finding.Level;

/** A check that starts a Spark session: of no use, and a long wait, where the master is known not to answer. */
interface MasterDependent extends Check {
    /** Whether a finding is of a master that does not answer. */
    static boolean isInTheWay(Finding finding) {
        return finding.level() == Level.PROBLEM && finding.about().equals(MasterCheck.ABOUT);
    }
}
