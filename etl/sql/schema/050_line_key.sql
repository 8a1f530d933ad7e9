-- Everything that a chart can draw a line of, under dense numbers, with what it gathers. `key` is 'kind:id': topic, desk, group,
-- organization (the story is about it), named (the story is about it or names it) or region. Macro line_now says it from the tags'
-- own tables; a line that gathers something else than before gets a new number and its stories anew.
CREATE TABLE line_key (
    line_no     INTEGER NOT NULL,
    key         VARCHAR NOT NULL,
    kind        VARCHAR NOT NULL,             -- topic, untagged, group, organization, named, region or nowhere
    members     INTEGER[] NOT NULL            -- numbers of topics, organizations or regions, in order
);
