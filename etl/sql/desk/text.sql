SELECT story_no, source_no, day, published, title, body FROM story_fact WHERE story_no = $story_no;
