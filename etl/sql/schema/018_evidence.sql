-- Why a tag: a slice of title or text, by code points. It holds no text: the slice is in the story.
CREATE TABLE evidence (
    story_no    INTEGER NOT NULL,
    kind        VARCHAR NOT NULL,             -- topic, near, veto, organization or region
    tag_id      VARCHAR NOT NULL,
    field       VARCHAR NOT NULL,             -- title or text
    start_char  INTEGER NOT NULL,
    end_char    INTEGER NOT NULL,
    weight      FLOAT
);
