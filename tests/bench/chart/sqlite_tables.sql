-- Lines are stored in the order in which they are asked for; what a denominator tests lies in one index each way.
CREATE TABLE story (
    story_no INTEGER PRIMARY KEY, source_no INTEGER, day TEXT, published TEXT, cluster_no INTEGER, is_lead INTEGER, form TEXT, language TEXT
);
CREATE TABLE line (line_no INTEGER, story_no INTEGER, PRIMARY KEY (line_no, story_no)) WITHOUT ROWID;
CREATE TABLE line_key (line_no INTEGER PRIMARY KEY, key TEXT UNIQUE);
CREATE TABLE source (source_no INTEGER PRIMARY KEY, id TEXT UNIQUE);
