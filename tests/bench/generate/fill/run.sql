INSERT INTO run BY NAME
SELECT
    $run_id AS run_id, $snapshot AS snapshot, $clock AS clock, $clock AS started, $clock AS finished, $tagger AS tagger,
    (SELECT count(*) FROM document)::INTEGER AS documents, (SELECT count(*) FROM story_fact)::INTEGER AS pieces;
