-- The stories that had other tags.
CREATE OR REPLACE TEMP TABLE tagged AS SELECT story_no FROM read_parquet(getvariable('given_rows')) WHERE retold;
