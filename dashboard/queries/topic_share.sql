-- Each line's share of the stories counted, the largest first.
FROM line_share($keys, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
ORDER BY k DESC, key
