-- Every country, area and leftover category with its share, the largest first.
FROM region_share($way, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
ORDER BY k DESC, key
