-- What a text can be found by: its words; letters and a number that a hyphen joins also as one, and a name with a number after it
-- ('GPT-5' and 'GPT 5' as gpt5, so that GPT-5, GPT5 and GPT 5 find each other, and not GPT-4 and 5); letters that run into a number also
-- alone ('Qwen2.5' as qwen).
CREATE OR REPLACE MACRO search_tokens(told) AS list_concat(
    search_words(told),
    list_transform(
        regexp_extract_all(
            lower(regexp_replace(
                regexp_replace(replace(strip_accents(told), '~', ' '), '(\p{L})-(\p{N})', '\1~\2', 'g'),
                '(^|[^\p{L}\p{N}])(\p{Lu}\p{L}*) (\p{N})', '\1\2~\3', 'g')),
            '[\p{L}\p{N}]+(?:[.,]\p{N}[\p{L}\p{N}]*)*(?:~[\p{L}\p{N}]+(?:[.,]\p{N}[\p{L}\p{N}]*)*)+'),
        lambda word: replace(word, '~', '')),
    regexp_extract_all(search_fold(told), '(?:^|[^\p{L}\p{N}])(\p{L}{2,})\p{N}', 1)
);
-- A mark of how texts are split, that changes with it.
CREATE OR REPLACE MACRO search_splitting() AS (
    SELECT md5(string_agg(macro_definition, ';' ORDER BY function_name))
    FROM duckdb_functions() WHERE function_name IN ('search_fold', 'search_words', 'search_tokens')
);
