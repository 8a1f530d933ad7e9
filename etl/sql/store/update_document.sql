UPDATE document SET
    input = i.input, address = i.address, day = i.day, issue_number = i.issue_number, content_hash = i.content_hash,
    disposition = i.disposition, last_run = i.last_run
FROM incoming AS i WHERE i.document_id = document.document_id;
