-- What came was not what its name says: it goes, and may be sent again. $1 SHA-256.
delete from blob where sha256 = $1::text and not is_complete
