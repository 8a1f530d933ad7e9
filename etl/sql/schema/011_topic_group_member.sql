CREATE TABLE topic_group_member (
    group_id    VARCHAR NOT NULL,
    topic_id    VARCHAR NOT NULL
);
