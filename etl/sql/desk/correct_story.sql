-- What is no story counts nowhere, nor do its copies. A date that was set is the story's own.
UPDATE story_fact SET form = 'void'
WHERE cluster_no IN (SELECT s.cluster_no FROM story_fact AS s JOIN decision AS d USING (story_no) WHERE d.kind = 'story' AND d.action = 'remove');
UPDATE story_fact SET published = CAST(d.value AS TIMESTAMP), day = CAST(d.value AS DATE), date_from = 'desk'
FROM decision AS d WHERE d.story_no = story_fact.story_no AND d.kind = 'story' AND d.action = 'set';
