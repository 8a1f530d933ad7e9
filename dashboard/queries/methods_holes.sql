-- What each source's data spans (no reason) and where it has holes, with their reasons (STATISTICS 13).
SELECT source_id, from_day, to_day, reason FROM source_coverage ORDER BY source_id, from_day
