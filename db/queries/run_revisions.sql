-- Finds or makes one revision for each base commit, with its patches and reverts; ids in the commits' order.
-- $1 tree's id, $2 commits' ids, $3 patches' SHA-256, $4 their subjects, $5 reverted hashes (JSON arrays all),
-- $6 release, $7 image's SHA-256, $8 its URL, $9 modules' SHA-256, $10 their URL (prebuilt only, else null). Always one row.
-- The identity: SHA-256 over tree, commit, patches and reverts, a line each; a prebuilt kernel's commit stands for its content.
with asked as (
	select c.id as commit_id, a.position,
		encode(sha256(convert_to(format(E'%s\n%s\n%s\n%s\n', $1::bigint, c.sha, $3::jsonb, $5::jsonb), 'UTF8')), 'hex') as hash
	from jsonb_array_elements_text($2::jsonb) with ordinality a (id, position)
	join commit c on c.id = a.id::bigint
),
known as (
	select r.id, r.hash from asked join revision r using (hash)
	where (r.image_url, r.modules_url) is not distinct from ($8::text, $10::text)
),
made as (
	insert into revision (hash, tree_id, commit_id, is_plain, release, image_sha256, image_url, modules_sha256, modules_url)
	select hash, $1::bigint, commit_id, jsonb_array_length($3::jsonb) + jsonb_array_length($5::jsonb) = 0,
		$6::text, $7::text, $8::text, $9::text, $10::text
	from asked where hash not in (select hash from known)
	on conflict (hash) do update set image_url = excluded.image_url, modules_url = excluded.modules_url
	returning id, hash
),
patched as (
	insert into revision_patch (revision_id, position, sha256, subject)
	select made.id, p.position - 1, p.sha256, $4::jsonb ->> (p.position - 1)::integer
	from made, jsonb_array_elements_text($3::jsonb) with ordinality p (sha256, position)
	on conflict (revision_id, position) do nothing
),
reverted as (
	insert into revision_revert (revision_id, position, sha)
	select made.id, r.position - 1, r.sha
	from made, jsonb_array_elements_text($5::jsonb) with ordinality r (sha, position)
	on conflict (revision_id, position) do nothing
)
select coalesce(json_agg(it.id order by asked.position), '[]')::text as ids
from (select id, hash from known union all select id, hash from made) it
join asked using (hash)
limit 1;
