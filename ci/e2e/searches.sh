#!/bin/bash
# Searches among made histories, for what no small tree shows soon enough: no runner is here, a fleet is played by SQL, and what each commit does is
# given. The server orders, judges and tells as ever. And what it proposes and plans by itself from what was tried.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

readonly LIMIT_S=60

# fleet_play(tree, truth, bugs): ends each queued job of a tree as its commit does: truth has a word for a subject's last word (else clean): crash,
# seldom (one attempt in five crashes), no_build …; crashes are of these bugs, in turn. Answers how many it played.
fleet_make() {
	sql "create sequence fleet_turn;
		create function fleet_play(tree text, truth jsonb, bugs bigint[]) returns bigint language plpgsql as \$\$
		declare
			j record;
			does text;
			turn bigint;
			a record;
			played bigint := 0;
		begin
			for j in select job.id, regexp_replace(c.subject, '^.* ', '') as name from job join revision r on r.id = job.revision_id join commit c on c.id = r.commit_id
				where job.state = 'queued' and r.tree_id = (select t.id from tree t where t.name = \$1) order by job.id loop
				turn := nextval('fleet_turn');
				does := coalesce(truth ->> j.name, 'clean');
				does := case when does = 'seldom' then case when turn % 5 = 0 then 'crash' else 'clean' end else does end;
				insert into attempt (job_id, number, machine_id, claim_id, claimed_at, started_at, lease_until, state, result, ended_at, exposure, workload_seconds, kernel_release, page_size)
				select j.id, 1, m.id, gen_random_uuid(), now(), now() - interval '1 second', now(), 'done', does, now(), case when does in ('clean', 'crash') then 1000 end, 1, '6.1.0', 4096
				from machine m order by m.id limit 1 returning id, claimed_at into a;
				if does = 'crash' then
					insert into occurrence (attempt_id, claimed_at, start_byte, end_byte, bug_id, title, reader_version, is_corrupted, exposure, report)
					select a.id, a.claimed_at, 0, 10, b.id, b.title, 1, false, 500, jsonb_build_object('frames', jsonb_build_array(jsonb_build_object('function', 'shared_of_' || \$1), jsonb_build_object('function', 'only_' || b.id)))
					from bug b where b.id = bugs[(1 + turn % cardinality(bugs))::integer];
				end if;
				update job set state = 'done', ended_at = now(), attempts = 1 where id = j.id;
				played := played + 1;
			end loop;
			if played > 0 then
				delete from bug_tally;
				delete from tally;
				insert into tally table tally_now;
				insert into bug_tally table bug_tally_now;
			end if;
			perform pg_notify('work', '');
			return played;
		end \$\$" >/dev/null
}

# made TREE COMMITS [MERGED]: a tree of so many commits in a line, c0 …; a side branch s1 - s2 leaves it at c1 and is merged by commit MERGED.
made() {
	local tree=$1 merged=${3:-0}
	sql "insert into tree (name, kind, url, branch, interval_s, refresh_tried_at, refreshed_at) values ('$tree', 'git', 'file:///nowhere', 'main', 0, now(), now());
		insert into commit (sha, subject, author, authored_at, committed_at)
		select encode(sha256(convert_to('$tree' || name, 'UTF8')), 'hex'), '$tree: ' || name, 'A <a@example.org>', now(), now() from (
			select n * 10 as place, 'c' || n as name from generate_series(0, $2 - 1) n union all select 10 + k, 's' || k from generate_series(1, 2) k where $merged > 0) x order by place;
		insert into tree_commit (tree_id, commit_id, ordinal) select t.id, c.id, case when c.subject ~ ' c' then regexp_replace(c.subject, '^.* c', '')::integer end from tree t join commit c on c.subject like t.name || ': %' where t.name = '$tree';
		insert into commit_parent (commit_id, position, parent_id)
		select c.id, 0, p.id from generate_series(1, $2 - 1) n join commit c on c.subject = '$tree: c' || n join commit p on p.subject = '$tree: c' || n - 1
		union all select c.id, x.position, p.id from (values ('s1', 0, 'c1'), ('s2', 0, 's1'), ('c$merged', 1, 's2')) x (child, position, parent) join commit c on c.subject = '$tree: ' || x.child join commit p on p.subject = '$tree: ' || x.parent where $merged > 0" >/dev/null
}

sha_of() { sql "select sha from commit where subject = '$1: $2'"; }
bug_made() { sql "insert into bug (title, type, state) values ('BUG: $1', 'BUG', 'open') returning id"; }
play() { sql "select fleet_play('$1', '$2', array[$3]::bigint[])"; }

# fleet_is MACHINES: so many attempts of a search at once.
fleet_is() { sql "update machine set slots = $1, seen_at = now() + interval '1 hour'" >/dev/null; }

# tried TREE COMMIT REPEATS [PROFILE]: queued, for the fleet to play.
tried() { order "$(jq -nc --arg t "$1" --arg c "$(sha_of "$1" "$2")" --argjson n "$3" --arg p "${4:-standin}" '{tree: $t, commit: $c, profiles: [$p], repeats: $n}')" >/dev/null; }

# begin TREE BUG [JQ-CHANGE]: a search; its number.
begin() { post /api/v1/bisections "$(jq -nc --argjson b "$2" --arg t "$1" '{bug: $b, tree: $t, kind: "broken"} | '"${3:-.}")" | jq .bisection.id; }

# searched TREE COMMITS TRUTH [JQ-CHANGE]: both ends of a line are tried four times, and a search begins; sets bug and id, which its caller has.
searched() {
	made "$1" "$2"
	bug=$(bug_made "$1")
	tried "$1" c0 4
	tried "$1" "c$(($2 - 1))" 4
	play "$1" "$3" "$bug" >/dev/null
	id=$(begin "$1" "$bug" "${4:-.}")
}

bisection() { api GET "/api/v1/bisections/$1" | jq -rc ".bisection | $2"; }
is_over() {
	play "$2" "$3" "$4"
	[[ $(bisection "$1" .state) != running ]]
}
# is_settled SEARCH TREE TRUTH BUG: what confirms it has been played too.
is_settled() {
	play "$2" "$3" "$4"
	[[ $(bisection "$1" '.state != "found" or ([.sides[].waiting] | add) == 0') == true && $(sql "select confirm_at is not null or state <> 'found' from bisection where id = $1") == t ]]
}

# ends_as SEARCH TREE TRUTH BUG STATE: played until it ends.
ends_as() {
	wait_for "$LIMIT_S" "search $1 to end" is_over "$1" "$2" "$3" "$4"
	equal "$(bisection "$1" .state)" "$5" "search $1: $(bisection "$1" '[.none, .entropy_bits, .credible, .evidence]' | head -c 1500)"
	wait_for "$LIMIT_S" 'what confirms it' is_settled "$1" "$2" "$3" "$4"
}

names() { bisection "$1" '[.credible[].subject] | sort | join(", ")'; }

# truth WORD FROM TO [MORE]: commits c FROM to c TO do that.
truth() { jq -nc --arg w "$1" --argjson from "$2" --argjson to "$3" '[range($from; $to + 1) | {key: "c\(.)", value: $w}] | from_entries | '"${4:-.}"; }

# --- what is proposed and planned -------------------------------------------------------------------
is_planned() { [[ $(sql "select count(*) from cell_run where bug_id = $1") -gt 0 ]]; }

test_idle_machines_try_what_was_not_tried_enough_and_the_queue_says_why() {
	local bug all='{"c0":"crash"}'
	made cells 1
	bug=$(bug_made cells)
	tried cells c0 8
	play cells "$all" "$bug" >/dev/null
	tried cells c0 1 ext4
	play cells '{}' "$bug" >/dev/null
	register
	api PUT /api/v1/trees/cells/policy -d '{"profiles":["standin"],"commits":"tags","back":1,"bisect_minutes":100}' >/dev/null
	wait_for "$LIMIT_S" 'a run that nobody asked for' is_planned "$bug"
	equal "$(sql "select factor || ' ' || level from cell_run where bug_id = $bug")" 'file system ext4' 'what is tried'
	equal "$(sql "select p.fs || ' ' || j.priority from cell_run c join job j on j.run_id = c.run_id join profile p on p.id = j.profile_id where c.bug_id = $bug limit 1")" 'ext4 14' 'under which profile, how urgent'
	shows /queue "Not tried enough: bug $bug, file system ext4;" 'bits are missing' 'a minute expected'
	api PUT /api/v1/trees/cells/policy -d '{"profiles":["standin"],"is_on":false}' >/dev/null
	play cells '{}' "$bug" >/dev/null
}

is_proposed() { [[ $(sql "select count(*) from cause where first_id = $1 and state = 'proposed'") == 1 ]]; }
look_at_causes() { sql "insert into cause_item (tree_id) select id from tree where name = '$1' on conflict do nothing; update cause_item set queued_at = '-infinity'; select pg_notify('work', '')" >/dev/null; }

# Both come from c4 to c9 and from c16 to c21; the third from c12 on, with a call chain of its own tree.
test_two_signatures_of_one_cause_are_proposed_and_a_person_decides() {
	local a b c
	made causes 28
	a=$(bug_made first) b=$(bug_made second) c=$(bug_made third)
	order "$(jq -nc --arg f "$(sha_of causes c0)" --arg t "$(sha_of causes c27)" '{tree: "causes", range: "\($f)..\($t)", profiles: ["standin"], repeats: 10}')" >/dev/null
	play causes "$(jq -nc '[range(4; 10), range(16; 22) | {key: "c\(.)", value: "crash"}] | from_entries')" "$a, $b" >/dev/null
	order "$(jq -nc --arg f "$(sha_of causes c0)" --arg t "$(sha_of causes c27)" '{tree: "causes", range: "\($f)..\($t)", profiles: ["standin"], repeats: 4}')" >/dev/null
	play causes "$(truth crash 12 27)" "$c" >/dev/null
	look_at_causes causes
	wait_for "$LIMIT_S" 'the proposal' is_proposed "$a"
	equal "$(api GET "/api/v1/bugs/$a" | jq -c '[.bug.causes[] | [.bug, .state, .q <= 0.05, .likeness > 0.5, (.steps | length), .functions]]')" "[[$b,\"proposed\",true,true,4,[\"shared_of_causes\"]]]" 'what is proposed, and why'
	shows "/bugs/$b" "One cause with bug $a ?" 'BUG: first' shared_of_causes rose fell
	TOKEN='' shows "/bugs/$b" 'Sign in to join them'
	equal "$(api GET "/bugs/$b?format=json" | jq -c '[.life.causes[] | [.other_bug, (.steps | length)]]')" "[[$a,4]]" 'the page as JSON'
	TOKEN=$TOKEN_RUNNER refused 403 POST "/api/v1/bugs/$a/apart" --data-binary "{\"of\":$b}"
	TOKEN=$TOKEN_TRIGGER refused 409 POST "/api/v1/bugs/$a/apart" --data-binary "{\"of\":$c}"
	form "/bugs/$b" 303 token="$TOKEN_TRIGGER" action=apart other_bug="$a" note='other callers'
	shows "/bugs/$a" "Not of one cause with bug $b" 'says e2e-trigger' 'other callers'
	TOKEN=$TOKEN_TRIGGER post "/api/v1/bugs/$a/apart" "{\"of\":$b}" >/dev/null # what is so already
	look_at_causes causes
	wait_for "$LIMIT_S" 'the next look' sql_is 0 'select count(*) from cause_item'
	equal "$(sql "select state from cause where first_id = $a")" refused 'it is not asked again'
	TOKEN=$TOKEN_TRIGGER post "/api/v1/bugs/$a/join" "{\"bug\":$b}" >/dev/null
	equal "$(api GET "/api/v1/bugs/$a" | jq -c '[.bug.causes[] | [.bug, .state, .who]]')" "[[$b,\"accepted\",\"e2e-trigger\"]]" 'who joins them accepts it'
}

# --- hard cases -------------------------------------------------------------------------------------
test_a_culprit_that_does_not_compile_alone_is_named_with_the_commit_that_does() {
	local id bug does
	does=$(truth crash 7 11 '. + {"c6":"no_build"}')
	searched alone 12 "$does"
	ends_as "$id" alone "$does" "$bug" inseparable
	equal "$(names "$id")" 'alone: c6, alone: c7'
	shows "/bisections/$id" 'Between these commits nothing builds and boots'
}

test_commits_that_nothing_tells_apart_are_named_together() {
	local id bug does
	does=$(truth crash 9 14 '. + {"c5":"no_boot","c6":"no_build","c7":"no_apply","c8":"no_boot"}')
	searched range 15 "$does"
	ends_as "$id" range "$does" "$bug" inseparable
	equal "$(names "$id")" 'range: c5, range: c6, range: c7, range: c8, range: c9'
	equal "$(bisection "$id" .mail.regzbot)" "#regzbot introduced: $(sha_of range c0 | cut -c-12)..$(sha_of range c14 | cut -c-12)" 'the range, where no commit is known'
}

test_a_bad_end_that_turns_out_clean_is_said() {
	local id bug does
	does=$(truth crash 10 11)
	fleet_is 8
	made bad 12
	bug=$(bug_made bad)
	tried bad c0 4
	tried bad c11 4
	play bad "$does" "$bug" >/dev/null
	id=$(begin bad "$bug" ".newer = \"$(sha_of bad c8)\"")
	ends_as "$id" bad "$does" "$bug" not_here
	shows "/bisections/$id" 'Both ends behave alike'
}

# One brings it, one attempt in five; another makes it come always.
test_two_culprits_are_told_from_one() {
	local id bug does
	does=$(truth seldom 3 7 '. + ([range(8; 12) | {key: "c\(.)", value: "crash"}] | from_entries)')
	made two 12
	bug=$(bug_made two)
	order "$(jq -nc --arg f "$(sha_of two c0)" --arg t "$(sha_of two c11)" '{tree: "two", range: "\($f)..\($t)", profiles: ["standin"], repeats: 20}')" >/dev/null
	tried two c0 20
	play two "$does" "$bug" >/dev/null
	id=$(begin two "$bug" ".older = \"$(sha_of two c0)\" | .newer = \"$(sha_of two c11)\"")
	ends_as "$id" two "$does" "$bug" found
	equal "$(bisection "$id" '[.two.belief > 0.9, .two.first, .two.second]')" "[true,\"$(sha_of two c3)\",\"$(sha_of two c8)\"]" 'both are named'
	shows "/bisections/$id" 'That two commits share it is believed'
}

test_a_search_goes_on_where_a_killed_server_left_it() {
	local id bug does round
	does=$(truth crash 37 63)
	fleet_is 1
	searched killed 64 "$does"
	for round in 1 2 3; do
		wait_for "$LIMIT_S" "the orders of round $round" sql_is t "select count(*) > 0 from bisection_run b join job j on j.run_id = b.run_id where b.bisection_id = $id and j.state = 'queued'"
		stop server KILL
		play killed "$does" "$bug" >/dev/null
		server_start
	done
	ends_as "$id" killed "$does" "$bug" found
	equal "$(bisection "$id" .culprit)" "$(sha_of killed c37)" 'who is named'
	equal "$(sql "select count(*) from (select b.run_id from bisection_run b join job j on j.run_id = b.run_id join attempt a on a.job_id = j.id where b.bisection_id = $id group by b.run_id having count(*) > 1) x")" 0 'attempts made twice'
	((($(sql "select count(*) from bisection_run where bisection_id = $id")) <= 30)) || fail 'more attempts than a search of 64 commits needs'
}

test_a_budget_that_ends_says_what_more_it_takes() {
	local id bug does
	does=$(truth crash 5 11)
	searched budget 12 "$does" '.budget_minutes = 1'
	wait_for "$LIMIT_S" 'its first orders' sql_is t "select count(*) > 0 from bisection_run where bisection_id = $id"
	play budget "$does" "$bug" >/dev/null
	sql "update attempt set started_at = ended_at - interval '10 minutes' where job_id in (select j.id from bisection_run b join job j on j.run_id = b.run_id where b.bisection_id = $id); select pg_notify('work', '')" >/dev/null
	ends_as "$id" budget "$does" "$bug" out_of_budget
	equal "$(bisection "$id" '.needs_minutes > 0')" true 'minutes that it would need'
	shows "/bisections/$id" 'out of budget' 'more should settle it'
}

test_merges_are_drawn_beside_the_beliefs() {
	local id bug does graph
	does=$(truth crash 6 11 '. + {"s2":"crash"}')
	made merged 12 6
	bug=$(bug_made merged)
	tried merged c0 4
	tried merged c11 4
	play merged "$does" "$bug" >/dev/null
	id=$(begin merged "$bug")
	ends_as "$id" merged "$does" "$bug" found
	equal "$(bisection "$id" .culprit)" "$(sha_of merged s2)" 'the commit of the side branch'
	graph=$(api GET "/bisections/$id?format=json" | jq -c '[.line[] | select(.graph.width != 24 or (.graph.lines | length) == 0)] | length')
	equal "$graph" 0 'rows without their part of two lanes'
	equal "$(api GET "/bisections/$id?format=json" | jq -c '[.line[] | select(.is_merge) | .graph.on | length]')" '[2]' 'what the merge descends from'
	http GET "/bisections/$id" -H 'Accept: text/html'
	holds "$BODY" '<path class="dot" d="M18 50h0.01"/>' 'a dot in the second lane'
}

site_start
profile standin
profile ext4 '.fs = "ext4"'
register
fleet_make
run_tests "$@"
