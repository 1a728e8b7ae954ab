-- All of a blob is here and its hash is right. $1 SHA-256.
update blob set is_complete = true, removed_at = null where sha256 = $1::text
