CREATE OR REPLACE TEMP VIEW tagged AS FROM read_parquet(getvariable('given_tags'));
