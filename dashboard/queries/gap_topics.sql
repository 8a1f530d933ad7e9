-- The topics that set the mixes of ours and of the field apart most, each with its part of the whole difference.
SELECT *, apart / nullif(sum(apart) OVER (), 0) AS part
FROM gap_topic($ours, $field, $grain, $periods, $up_to) ORDER BY apart DESC, key LIMIT $at_most
