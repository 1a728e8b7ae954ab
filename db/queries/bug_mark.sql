-- Changes a bug's state, and says so in its life and to open pages. A proposal that it has one cause with the other bug is decided by joining
-- them, by saying that they are apart, or by taking a join back.
-- $1 bug, $2 state (null: stays), $3 the bug it is a duplicate of (null: of none), $4 token (null: Faultline itself), $5 action, $6 the
-- other bug or null, $7 what it is about, $8 note.
with before as (
	select id, state from bug where id = $1::bigint
), changed as (
	update bug set state = coalesce($2::text, bug.state), version = bug.version + 1, duplicate_of = $3::bigint
	from before where bug.id = before.id
	returning bug.id, before.state as from_state, bug.state as to_state
), told as (
	insert into bug_history (bug_id, token_id, action, from_state, to_state, other_id, detail, note)
	select id, $4::bigint, $5::text, from_state, to_state, $6::bigint, $7::text, $8::text from changed
), decided as (
	update cause c set state = case when $5::text in ('joined', 'duplicate') then 'accepted' else 'refused' end, token_id = $4::bigint, decided_at = now()
	from before b
	where c.first_id = least(b.id, $6::bigint) and c.second_id = greatest(b.id, $6::bigint)
		and ($5::text in ('joined', 'duplicate', 'apart') or ($5::text = 'open' and b.state = 'duplicate'))
)
insert into event (kind, subject_id) select 'bug', id from changed
