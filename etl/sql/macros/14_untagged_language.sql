-- Stories of the same selection that no chart counts because their language is not tagged: stated beside the denominator.
CREATE OR REPLACE MACRO untagged_language(in_sources, from_day, to_day, with_letters, in_unit) AS TABLE
SELECT c.language, count(*) AS n
FROM counted_story(in_sources, from_day, to_day, with_letters, in_unit) AS c
WHERE NOT tagged_language(c.language)
GROUP BY c.language;
