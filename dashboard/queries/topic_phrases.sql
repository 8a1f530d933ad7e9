-- The words that spoke most for a topic.
FROM topic_phrase($topic, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
ORDER BY weight DESC, stories DESC, phrase LIMIT 24
