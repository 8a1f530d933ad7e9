-- The stories that do not lead their cluster, with what says whether they count and the source that leads: where a lead is of another
-- source than those chosen, its copies are looked at, and they are few (macro counted_story). It repeats story_fact.
CREATE TABLE copy_fact (
    story_no        INTEGER NOT NULL,
    source_no       INTEGER NOT NULL,
    document_id     VARCHAR NOT NULL,
    day             DATE NOT NULL,
    published       TIMESTAMP NOT NULL,
    form            VARCHAR NOT NULL,
    language        VARCHAR NOT NULL,
    cluster_no      INTEGER NOT NULL,
    lead_source_no  INTEGER NOT NULL
);
