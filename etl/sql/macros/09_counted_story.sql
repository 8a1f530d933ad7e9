-- The stories that stand for what was published, in every language, before any tag is asked about.
-- NULL means "no restriction"; an empty list matches nothing. in_sources: source ids. from_day, to_day: inclusive.
-- What an editor said to be no story ('void') counts nowhere. with_letters: editors' letters count too. in_unit: 'story' (one a cluster), 'copy' (all) or 'outlet' (one a cluster and source).
-- The lead of a cluster is the earliest of the selected sources, and its own day and form are tested (STATISTICS 2): where the
-- cluster's lead is of another source, the earliest of its copies that are selected stands for it.
-- Leads need no look at their cluster, and copies, which are few, are looked at in their own table. '+story', '+outlet' and '+copy' are what
-- these units count beside the leads: what one adds to another is told without counting a story that all have.
CREATE OR REPLACE MACRO counted_story(in_sources, from_day, to_day, with_letters, in_unit) AS TABLE
WITH selected AS MATERIALIZED (
    SELECT source_no FROM source WHERE in_sources IS NULL OR list_contains(in_sources, id)
),
standing AS (
    SELECT c.*, row_number() OVER (PARTITION BY c.cluster_no, CASE WHEN in_unit IN ('outlet', '+outlet') THEN c.source_no END
                                   ORDER BY c.day, c.published, c.source_no, c.story_no) AS place
    FROM copy_fact AS c JOIN selected USING (source_no)
    WHERE CASE ltrim(in_unit, '+') WHEN 'outlet' THEN c.source_no <> c.lead_source_no
                       WHEN 'story' THEN c.lead_source_no NOT IN (SELECT source_no FROM selected) END
),
counted AS (
    SELECT s.story_no, s.source_no, s.document_id, s.day, s.form, s.language, s.topics, s.places, s.roles
    FROM story_fact AS s JOIN selected USING (source_no) WHERE s.is_lead AND NOT starts_with(in_unit, '+')
    UNION ALL
    SELECT story_no, source_no, document_id, day, form, language, topics, places, roles FROM standing WHERE place = 1
    UNION ALL
    SELECT c.story_no, c.source_no, c.document_id, c.day, c.form, c.language, c.topics, c.places, c.roles
    FROM copy_fact AS c JOIN selected USING (source_no) WHERE in_unit IN ('copy', '+copy')
)
SELECT story_no, source_no, document_id, day, language, topics, places, roles
FROM counted
WHERE (from_day IS NULL OR day >= from_day)
  AND (to_day IS NULL OR day <= to_day)
  AND form <> 'void'
  AND (with_letters OR form <> 'letter');
