-- Day, source and lead repeat the story's, so that a line over time reads one narrow table.
CREATE TABLE topic_fact (
    story_no INTEGER NOT NULL, topic_no INTEGER NOT NULL,
    day DATE NOT NULL, source_no INTEGER NOT NULL, is_lead BOOLEAN NOT NULL,
    score FLOAT NOT NULL
);
