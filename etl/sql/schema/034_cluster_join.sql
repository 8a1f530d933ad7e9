-- Why a story stands in a cluster that it did not found: it was this similar to the story that led the cluster then.
CREATE TABLE cluster_join (
    story_no    INTEGER NOT NULL,
    lead_no     INTEGER NOT NULL,
    similarity  FLOAT NOT NULL                -- 0 to 1
);
