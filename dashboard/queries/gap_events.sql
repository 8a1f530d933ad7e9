-- Events that others told and ours did not, the newest first, with how many there are in all.
SELECT *, count(*) OVER () AS in_all FROM gap_event($ours, $field, $at_least, $from_day, $up_to) ORDER BY first_day DESC, key LIMIT $at_most
