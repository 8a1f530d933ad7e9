CREATE TABLE organization_fact (
    story_no INTEGER NOT NULL, organization_no INTEGER NOT NULL,
    day DATE NOT NULL, source_no INTEGER NOT NULL, is_lead BOOLEAN NOT NULL,
    role VARCHAR NOT NULL                     -- focus, mention, source or product
);
