-- What stories were before decisions changed them: each run begins by restoring it, so that what is undone leaves no trace.
CREATE TABLE story_before (
    story_no    INTEGER PRIMARY KEY,
    form        VARCHAR NOT NULL,
    published   TIMESTAMP NOT NULL,
    day         DATE NOT NULL,
    date_from   VARCHAR NOT NULL,
    cluster_no  INTEGER NOT NULL,
    lead_no     INTEGER,                      -- with similarity: its row in cluster_join
    similarity  FLOAT
);
