-- A locked blob that is not whole begins anew with another size. $1 SHA-256; $2 the size.
with gone as (
	delete from blob_chunk where sha256 = $1::text
)
update blob set size_bytes = $2::bigint where sha256 = $1 and not is_complete
