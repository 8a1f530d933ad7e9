-- Each line in the last issues or weeks of a source, with the days that they span.
FROM balance($keys, $source, $size, 1, $clock) ORDER BY k DESC, key
