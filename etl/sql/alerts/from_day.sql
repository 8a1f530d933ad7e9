-- The first day looked at: $years back from the newest story, not before the oldest, and the whole of the period that it falls into.
SELECT period_start(greatest(CAST($oldest AS DATE), CAST(CAST($newest AS DATE) - to_years($years) AS DATE)), $grain) AS day;
