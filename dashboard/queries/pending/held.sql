SELECT story_id FROM story_fact WHERE story_id IN (SELECT unnest($story_ids));
