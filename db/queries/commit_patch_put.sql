-- Notes a commit's patch, or why there is none. $1 commit, $2 SHA-256 or null, $3 why or null.
update commit_patch set sha256 = $2::text, error = $3::text where commit_id = $1::bigint and sha256 is null
