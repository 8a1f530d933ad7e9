CREATE TEMP TABLE wanted (decision_id VARCHAR, kind VARCHAR, story_no INTEGER, tag_id VARCHAR, action VARCHAR, value VARCHAR);
