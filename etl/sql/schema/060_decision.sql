-- What people decided on stories of this snapshot and what it has applied (contract 4); the rest of the desk folder is pending.
CREATE TABLE decision (
    decision_id VARCHAR PRIMARY KEY,
    made        TIMESTAMP NOT NULL,           -- UTC
    maker       VARCHAR NOT NULL,
    kind        VARCHAR NOT NULL,             -- topic, organization, region, role, story or cluster
    story_no    INTEGER NOT NULL,
    tag_id      VARCHAR,                      -- of a role: organization:id or region:code
    action      VARCHAR NOT NULL,             -- add, remove or set
    value       VARCHAR,                      -- a role, a date or time, or the story that another is a copy of
    why         VARCHAR
);
