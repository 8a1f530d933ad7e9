-- Some places with their shares, the largest first: those that a chart shows.
SELECT key, code, kind, k, n, share, low, high
FROM region_share($way, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
WHERE list_contains($codes, code) ORDER BY k DESC, key
