-- Targets against a draft, alone and with the source's last issues (STATISTICS 25), in the order given.
FROM draft_target($names, $keys, $leasts, $mosts, $mine, $in_draft, $source, $size, $clock) ORDER BY list_position($names, name)
