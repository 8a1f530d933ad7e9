-- The words of a text in order: 'GPT-5.1' is gpt and 5.1, 'Qwen2.5-72B' is qwen2.5 and 72b, 'C++' and 'C#' stay, '1,000' stays.
CREATE OR REPLACE MACRO search_words(told) AS
    regexp_extract_all(search_fold(told), '[cfj]\+\+|[cf]#|[\p{L}\p{N}]+(?:[.,]\p{N}[\p{L}\p{N}]*)*');
-- The words of what somebody looks for: as above, but letters and a number that a hyphen joins are one, 'GPT-5' is gpt5.
CREATE OR REPLACE MACRO search_glued_words(told) AS
    search_words(regexp_replace(told, '(\p{L})-(\p{N})', '\1\2', 'g'));
-- A text as its words between single spaces: a phrase stands in it where the phrase's own does.
CREATE OR REPLACE MACRO search_stream(told) AS ' ' || array_to_string(search_words(told), ' ') || ' ';
