-- Where counted stories change their kind of text or their tagger (STATISTICS 20), the newest first.
FROM text_seam($sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
ORDER BY day DESC, kind DESC, source_id
