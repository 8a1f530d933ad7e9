-- A story's tags as one number each, so that stories alike are counted once: `topics` has the bit of each topic's number (bit 0: of none),
-- `places` names its set of regions and roles in place_set (0: none), `roles` has the bits of the roles of its organizations (1 focus,
-- 2 mention, 4 product). They repeat the tables of tags (macro story_mark); NULL until the run that stores the story has written them.
ALTER TABLE story_fact ADD COLUMN topics HUGEINT;
ALTER TABLE story_fact ADD COLUMN places UBIGINT;
ALTER TABLE story_fact ADD COLUMN roles UTINYINT;
CREATE TABLE place_set (
    places      UBIGINT NOT NULL,
    region_no   INTEGER NOT NULL,
    focus       BOOLEAN NOT NULL              -- the story happens there; else it only names the place
);
