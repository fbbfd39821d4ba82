package dev.lockstep.spark.cli;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code auto}, {@code never} and {@code require}. */
final class ResumePolicyConverter implements ITypeConverter<ResumePolicy> {
    @Override
    public ResumePolicy convert(String value) {
        for (ResumePolicy policy : ResumePolicy.values()) {
            if (policy.name().toLowerCase(Locale.ROOT).equals(value)) {
                return policy;
            }
        }
        throw new TypeConversionException("expected auto, never or require, found \"" + value + "\"");
    }
}
