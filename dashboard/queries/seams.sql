-- Where counted stories change their kind of text or their tagger on the days shown (STATISTICS 20), the newest first. They are looked
-- for among the stories of all days: an odd issue that stands at the end of the days shown would else pass for a change.
FROM text_seam($sources, NULL, NULL, $letters, $unit, $about_any, $about_all, $about_none)
WHERE day > $from_day AND day <= $to_day
ORDER BY day DESC, kind DESC, source_id
