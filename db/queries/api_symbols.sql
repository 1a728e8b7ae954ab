-- What is known of a kernel's symbols: one entry for each revision and config that gave this build id. $1 build id; $2 only this function (null: all).
-- No row: no such kernel has crashed here.
select json_build_object('build_id', $1::text, 'kernels', json_agg(json_build_object(
	'tree', t.name, 'commit', c.sha, 'is_plain', r.is_plain, 'arch', k.arch, 'config', k.config, 'state', coalesce(o.state, 'queued'), 'error', o.error,
	'vmlinux', case when o.vmlinux_build_id is not null then json_build_object('build_id', o.vmlinux_build_id, 'size', o.vmlinux_bytes, 'build_seconds', o.build_seconds, 'machine', m.name) end,
	'symbols', (select coalesce(json_agg(json_build_object('function', s.function, 'offset', s.offset_bytes, 'size', s.size_bytes, 'is_call', s.is_call, 'state', s.state, 'frames', s.frames)
			order by s.function, s.offset_bytes, s.size_bytes, s.is_call), '[]')
		from (select * from symbol where kernel_id = k.id and ($2::text is null or function = $2::text) order by function, offset_bytes, size_bytes, is_call limit 10000) s)) order by k.id))::text as body
from kernel k
	join revision r on r.id = k.revision_id
	join tree t on t.id = r.tree_id
	join commit c on c.id = r.commit_id
	left join symbol_order o on o.kernel_id = k.id
	left join machine m on m.id = o.machine_id
where k.build_id = $1::text
having count(*) > 0
