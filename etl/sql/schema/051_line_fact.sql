-- Which story is on which line, each once, sorted by line where many came at once: the stories of a line lie together. It repeats
-- what macro line_tagged derives from topic_fact, organization_fact and region_fact; a run keeps it up for what it changed.
CREATE TABLE line_fact (
    line_no     INTEGER NOT NULL,
    story_no    INTEGER NOT NULL
);
CREATE OR REPLACE VIEW story_line AS SELECT k.key, f.story_no FROM line_fact AS f JOIN line_key AS k USING (line_no);
