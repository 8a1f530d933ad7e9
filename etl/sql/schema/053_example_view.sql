-- Views that teach by a finding, from seeds/views.toml: a chip each on the page Coverage. `query` holds the parameters of its address;
-- `sentence` names its numbers in braces, and `numbers` says of which line, source (NULL: those of the view) and days each is.
CREATE TABLE example_view (
    id          VARCHAR PRIMARY KEY,
    position    INTEGER NOT NULL,
    name        VARCHAR NOT NULL,
    sentence    VARCHAR NOT NULL,
    query       VARCHAR NOT NULL,
    numbers     STRUCT(name VARCHAR, key VARCHAR, source VARCHAR, from_day DATE, to_day DATE)[] NOT NULL
);
