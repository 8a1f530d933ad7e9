-- The tags of some stories as their pieces have them, under the stories' numbers, into a file.
COPY (
    SELECT g.story_no, p.topics, p.topics_near, p.organizations, p.regions
    FROM read_parquet($files, filename = 'given_file', file_row_number = true, union_by_name = true, hive_partitioning = false) AS p
    JOIN given_file AS f USING (given_file)
    JOIN read_parquet(getvariable('given_rows')) AS g ON g.place = (f.file_no << 40) + p.file_row_number
    WHERE g.story_no BETWEEN $first AND $last
    ORDER BY g.story_no
) TO $tagged (FORMAT parquet);
