-- The fact tables of a snapshot, as far as tags alone make them, from tagged pieces: {pieces} is the pattern of their files.
-- A story's number is its row in its file after the rows of the files before it, so that no two scans have to agree on an order
-- and nothing is sorted or joined but for one small table.
CREATE TABLE piece AS
SELECT file_name, sum(num_rows) OVER (ORDER BY file_name) - num_rows AS before
FROM parquet_file_metadata('{pieces}');

CREATE TABLE topic AS
SELECT row_number() OVER (ORDER BY id)::INTEGER AS topic_no, id
FROM (SELECT DISTINCT unnest(topics).id AS id FROM read_parquet('{pieces}', hive_partitioning = true));

CREATE TABLE source AS
SELECT row_number() OVER (ORDER BY id)::INTEGER AS source_no, id
FROM (SELECT DISTINCT source AS id FROM read_parquet('{pieces}', hive_partitioning = true));

CREATE TABLE story_fact AS
SELECT (before + file_row_number)::INTEGER AS story_no, try_cast(published AS DATE) AS day, source_no
FROM read_parquet('{pieces}', hive_partitioning = true, filename = true, file_row_number = true) AS story
JOIN piece ON piece.file_name = story.filename
JOIN source ON source.id = story.source;

CREATE TABLE topic_fact AS
SELECT story_no, topic_no, day, source_no, tag.score::FLOAT AS score
FROM (
  SELECT
    (before + file_row_number)::INTEGER AS story_no, try_cast(published AS DATE) AS day, source, unnest(topics) AS tag
  FROM read_parquet('{pieces}', hive_partitioning = true, filename = true, file_row_number = true) AS story
  JOIN piece ON piece.file_name = story.filename
) AS tagged
JOIN topic ON topic.id = tag.id
JOIN source ON source.id = tagged.source;

CREATE TABLE organization_fact AS
SELECT (before + file_row_number)::INTEGER AS story_no, unnest(organizations).id AS organization_id
FROM read_parquet('{pieces}', hive_partitioning = true, filename = true, file_row_number = true) AS story
JOIN piece ON piece.file_name = story.filename;

CREATE TABLE region_fact AS
SELECT (before + file_row_number)::INTEGER AS story_no, unnest(regions).code AS region_code
FROM read_parquet('{pieces}', hive_partitioning = true, filename = true, file_row_number = true) AS story
JOIN piece ON piece.file_name = story.filename;
