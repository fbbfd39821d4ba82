package dev.lockstep.spark.ml;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Hands a uid to an object that is asked for it before its own fields can be set: the constructors of Spark ML's classes
 * make params, and these take the uid of their owner. Scala sets a class's own fields before those of the class above,
 * Java behind them.
 */
final class EarlyUid {
    private static final ThreadLocal<@Nullable String> NEXT = new ThreadLocal<>();
    private static final EarlyUid HANDED = new EarlyUid();

    private EarlyUid() {}

    /** To be called while the arguments of a constructor are evaluated; that constructor's object takes it. */
    static EarlyUid of(String uid) {
        NEXT.set(uid);
        return HANDED;
    }

    /** The uid, once. */
    static String take() {
        String uid = Objects.requireNonNull(NEXT.get(), "no uid was handed to this object");
        NEXT.remove();
        return uid;
    }
}
