-- Like how many evenly covered topics each of a source's last windows is, the newest first (STATISTICS 24).
FROM topic_mix($source, $size, $many, $clock) ORDER BY window_no
