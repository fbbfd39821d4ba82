package dev.lockstep.spark.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.security.SecurityUtil;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.security.UserGroupInformation.AuthenticationMethod;
import org.apache.hadoop.security.token.Token;

/** Who the run is to the cluster, and who may listen. */
final class SecurityCheck implements Check {
    @Override
    public String name() {
        return "security";
    }

    @Override
    public List<Finding> look(Subject subject) throws IOException {
        List<Finding> findings = new ArrayList<>();
        findings.add(user(subject));
        if (!subject.local()) {
            findings.add(authentication(subject));
            findings.add(encryption(subject));
        }
        return findings;
    }

    private static Finding user(Subject subject) throws IOException {
        UserGroupInformation user = UserGroupInformation.getCurrentUser();
        String tokens = user.getTokens().stream()
                .map(Token::getKind)
                .map(String::valueOf)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        String held = tokens.isEmpty() ? "no delegation tokens" : "delegation tokens: " + tokens;
        AuthenticationMethod method = SecurityUtil.getAuthenticationMethod(subject.hadoop());
        if (method != AuthenticationMethod.KERBEROS) {
            return Finding.ok("user", user.getUserName() + ", Hadoop without Kerberos, " + held);
        }
        if (user.hasKerberosCredentials() || !tokens.isEmpty()) {
            return Finding.ok("user", user.getUserName() + ", Kerberos, " + held);
        }
        return Finding.ofCluster(
                "user",
                user.getUserName() + ", Hadoop wants Kerberos, no ticket, " + held,
                "kinit, or submit with --principal and --keytab, which also renews tickets of long runs");
    }

    private static Finding authentication(Subject subject) {
        return subject.configuration().getBoolean("spark.authenticate", false)
                ? Finding.ok("authentication", "spark.authenticate: the run's secret is derived from Spark's")
                : Finding.warning(
                        "authentication",
                        "spark.authenticate is off: workers are authenticated all the same, but their secret travels"
                                + " with Spark's tasks",
                        "set spark.authenticate=true where others can reach the cluster's ports");
    }

    private static Finding encryption(Subject subject) {
        return subject.configuration().getBoolean("spark.network.crypto.enabled", false)
                ? Finding.ok("encryption", "gradients are encrypted (spark.network.crypto.enabled)")
                : Finding.warning(
                        "encryption",
                        "gradients travel in clear; control messages are encrypted always",
                        "set spark.network.crypto.enabled=true where others can listen to the network");
    }
}
