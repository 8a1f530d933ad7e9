-- What was typed, split into the words that the snapshot numbers.
FROM search_item($texts, $quoted)
