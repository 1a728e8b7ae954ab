-- Marks a blob as used, if it is here and whole.
-- $1 SHA-256. No row: it is not here, or not whole.
update blob set used_at = now() where sha256 = $1::text and is_complete returning sha256;
