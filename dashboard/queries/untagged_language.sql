-- Stories of the same sources and days in languages that are not tagged, so that no share counts them.
FROM untagged_language($sources, $from_day, $to_day, $letters, $unit)
ORDER BY n DESC, language
