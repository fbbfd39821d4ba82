package dev.lockstep.core.model.initializer;

import dev.lockstep.core.schema.OneOf;

/** Where a parameter's first values come from. Values are keyed, so they do not depend on what was drawn before. */
@OneOf({
    ZerosInitializer.class,
    OnesInitializer.class,
    ConstantInitializer.class,
    RandomNormalInitializer.class,
    RandomUniformInitializer.class,
    TruncatedNormalInitializer.class,
    GlorotUniformInitializer.class,
    GlorotNormalInitializer.class,
    HeUniformInitializer.class,
    HeNormalInitializer.class,
    LecunNormalInitializer.class
})
public interface InitializerSpec {
    /**
     * The value of one element.
     *
     * @param key keyed by seed, layer name and parameter name
     * @param element index in the flat block
     */
    float value(long key, long element, int fanIn, int fanOut);
}
