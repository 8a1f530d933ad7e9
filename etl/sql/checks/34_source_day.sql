-- fail
-- Days hold other numbers of stories than there are: sources would seem silent, or periods whole that are not.
WITH counted AS MATERIALIZED (SELECT source_no, day, CAST(count(*) AS INTEGER) AS stories FROM story_fact GROUP BY ALL)
(FROM counted EXCEPT ALL FROM source_day) UNION ALL (FROM source_day EXCEPT ALL FROM counted);
