-- Stories on whose tags other decisions count than before are tagged anew, so that the tagger's own tags are what decisions change.
UPDATE story_fact SET tagger = '' WHERE story_no IN (
    SELECT coalesce(i.story_no, d.story_no)
    FROM (SELECT * FROM decided WHERE kind NOT IN ('story', 'cluster')) AS i
    FULL JOIN (SELECT * FROM decision WHERE kind NOT IN ('story', 'cluster')) AS d
        ON (d.decision_id, d.story_no, d.tag_id) = (i.decision_id, i.story_no, i.tag_id)
    WHERE i.decision_id IS NULL OR d.decision_id IS NULL);
DELETE FROM decision;
INSERT INTO decision SELECT * FROM decided;
DROP TABLE decided;
