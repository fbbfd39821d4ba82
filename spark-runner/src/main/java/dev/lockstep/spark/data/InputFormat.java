package dev.lockstep.spark.data;

/** What files to predict for may be. */
public enum InputFormat {
    /** Parquet files. */
    PARQUET,
    /** CSV files. */
    CSV,
    /** IDX files of samples. */
    IDX,
    /** Pictures. */
    IMAGES
}
