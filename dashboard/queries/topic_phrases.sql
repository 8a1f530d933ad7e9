-- The words that spoke for a topic in most stories.
FROM topic_phrase($topic, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
ORDER BY stories DESC, weight DESC, phrase LIMIT 30
