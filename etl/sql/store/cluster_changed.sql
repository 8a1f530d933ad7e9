-- Stories that changed since they joined, each beside the story that leads its cluster; its own lead only where it leads.
SELECT s.story_no, s.source_no, s.day, s.published, s.title, s.body,
       l.story_no AS lead_no, l.source_no AS lead_source_no, l.day AS lead_day, l.published AS lead_published,
       l.title AS lead_title, l.body AS lead_body
FROM story_fact AS s JOIN story_fact AS l ON l.cluster_no = s.cluster_no AND l.is_lead
WHERE s.last_run = $run_id AND s.first_run <> $run_id AND s.tagger = '' AND s.cluster_no <> s.story_no AND NOT s.is_lead
ORDER BY s.story_no;
