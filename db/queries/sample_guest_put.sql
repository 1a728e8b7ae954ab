-- What the guest said of itself, where the runner has not said it: a lost attempt has no result that would.
-- $1 attempt, $2 kernel release or null, $3 page size or null.
update attempt
set kernel_release = coalesce(kernel_release, $2::text), page_size = coalesce(page_size, $3::integer)
where id = $1::bigint and (kernel_release is null or page_size is null)
