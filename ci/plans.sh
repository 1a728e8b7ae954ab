#!/bin/bash
# What a page reads must not grow with attempts: the plans of all statements that pages and the API answer with, and those of the statements in
# functions that they call, on a seeded database, read none of the growing tables whole. One line for each that does; ends with 1 then.
# `--self` tries the reader of plans on statements that do.
#   ci/plans.sh DATABASE [--self | FILE…]
# Plans are generic, as the server's are, so they do not depend on what is asked for. A function's are seen when it is called, so each statement
# runs once, with what the seed has for the words of its route: a new route needs nothing here unless its words are new.
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$REPO"

# Tables that grow with attempts, and how many rows there must be: of a small table everything is read, whatever the indexes.
readonly GROWING='attempt 10000
attempt_artifact 10000
attempt_step 50000
bug_tally 500
event 10000
job 10000
median 50000
occurrence 500
point 50000
stream 10000
tally 10000'

readonly OPTIONS='-c jit=off -c plan_cache_mode=force_generic_plan'
declare -A KNOWN=()

sql() { PGOPTIONS=$OPTIONS psql -XqAt -v ON_ERROR_STOP=1 -d "$DATABASE" "$@"; }

tables_are_large() {
	local name rows bad=0
	while read -r name rows; do
		[[ $(sql -c "select count(*) >= $rows from $name") == t ]] || { echo "$name has fewer than $rows rows: its plans say nothing"; bad=1; }
	done <<<"$GROWING"
	return "$bad"
}

# What words of an address may stand for: by the word, and {id} and {name} by the first part of the path.
known_find() {
	local word value
	while IFS='|' read -r word value; do
		KNOWN[$word]=$value
	done < <(
		sql -c "select 'attempts', max(attempt_id) from chunk" -c "select v.word, min(v.id) from (
				select 'alerts' as word, id from alert union all select 'bisections', id from bisection union all select 'bugs', id from bug union all select 'changes', id from change
				union all select 'crossings', id from crossing union all select 'deliveries', id from delivery union all select 'rules', id from rule union all select 'runs', id from run
				union all select 'series', id from series union all select 'jobs', id from job union all select 'subscriptions', id from subscription) v group by v.word" \
			-c "select w, min(name) from tree cross join unnest(array['trees', 'tree']) w where kind = 'git' group by w" -c "select 'machines', min(name) from machine" \
			-c "select w, min(name) from profile cross join unnest(array['{profile}', 'profile']) w group by w" -c "select w, string_agg(name, ',') from profile cross join unnest(array['with', 'profiles']) w group by w" \
			-c "select w, min(metric) from series cross join unnest(array['{metric}', 'metric']) w group by w" -c "select 'q', 'mm folio'" \
			-c "select w, c.sha from unnest(array['{sha}', 'commit']) w, commit c where c.id = (select max(r.commit_id) from revision r join tally y on y.revision_id = r.id where r.is_plain)" \
			-c "select 'a', 'run:' || min(id) from run" -c "select 'b', 'run:' || 1 + min(id) from run"
	)
}

# What is read for pages and calls: the statements of pages and the API, and what else routes name.
statements() {
	{
		printf '%s\n' db/queries/{page,api}_*.sql
		grep -oE '"[a-z]+_[a-z_]+"' server/http/routes.c | tr -d '"' | sed 's|.*|db/queries/&.sql|'
	} | sort -u | while read -r file; do
		[[ ! -f $file ]] || printf '%s\n' "$file"
	done
}

# arguments FILE: what its route hands to it, where the seed has such a thing, a literal a line. In a route's row the path, the statement and, of a
# page, the template come first.
arguments() {
	local row path word skip=2 quote="'"
	local -a words
	row=$(grep -m 1 -E "(PAGE|PICTURE|DATA|TABLE|FEED)\\(.*\"$(basename "$1" .sql)\"" server/http/routes.c) || return 0
	[[ $row != *PAGE\(* && $row != *PICTURE\(* ]] || skip=3
	mapfile -t words < <(grep -oE '"[^"]+"' <<<"${row%%), .*}" | tr -d '"')
	path=${words[0]#/}
	for word in "${words[@]:skip}"; do
		case $word in
		'{id}' | '{name}') word=${path%%/*} ;;
		esac
		word=${KNOWN[$word]:-}
		if [[ $word ]]; then
			printf '%s\n' "'${word//$quote/$quote$quote}'"
		else
			echo null
		fi
	done
}

# asked NAME STATEMENT [LITERAL…]: what psql is told, so that what comes behind NAME are the plans of the statement and of what it calls; parameters
# without a literal are unknown.
asked() {
	local name=$1 statement=$2 count list
	shift 2
	count=$(grep -oE '\$[0-9]+' <<<"$statement" | tr -d '$' | sort -n | tail -n 1 || :)
	while [[ $# -lt ${count:-0} ]]; do
		set -- "$@" null
	done
	list=$(IFS=,; echo "$*")
	printf '%s\n' "\\warn '{\"name\": \"$name\"}'" "prepare q as $statement" ';' "execute q${list:+($list)};" 'deallocate q;'
}

# What is read of a table: the table itself, or those of its parts that hold rows.
large_parts() {
	sql -c "select coalesce(part.relname, t.relname) from pg_class t left join pg_inherits i on i.inhparent = t.oid left join pg_class part on part.oid = i.inhrelid
		where t.relname in ('$(cut -d' ' -f1 <<<"$GROWING" | paste -sd, | sed "s/,/','/g")') and coalesce(part.reltuples, t.reltuples) > 100"
}

# Of what was asked, the nodes that read a table whole, a line each: sequential scans, and scans of an index without a condition, unless a limit
# right above ends them or the index holds only a part of the rows. And what failed.
whole_reads() {
	{
		printf '%s\n' '\set VERBOSITY terse' "load 'auto_explain';" 'set auto_explain.log_min_duration = 0;' 'set auto_explain.log_nested_statements = on;' \
			'set auto_explain.log_format = json;' 'set client_min_messages = log;'
		cat
	} | PGOPTIONS=$OPTIONS psql -XqAt -d "$DATABASE" 2>&1 >/dev/null | sed -E '/LOG:  duration: /d; /ERROR:  /{s/["\\]//g; s/^.*ERROR:  (.*)$/{"error": "\1"}/}' |
		jq -nr --arg parts "$PARTS" --arg partial "$PARTIAL" '
			($parts | split("\n")) as $parts | ($partial | split("\n")) as $partial
			| def reads($is_limited):
				(if ."Node Type" == "Limit" then true elif ."Node Type" | IN("Sort", "Aggregate", "Hash", "WindowAgg") then false else $is_limited end) as $l
				| (select(."Node Type" == "Seq Scan"
					or ((."Node Type" | IN("Index Scan", "Index Only Scan")) and ."Index Cond" == null and ($l | not) and (."Index Name" | IN($partial[]) | not)))),
				(.Plans[]? | reads($l));
			reduce inputs as $x ({}; if $x.name then .name = $x.name else .name as $name | .found += [$name + ": " + ($x.error // ($x.Plan | reads(false)
				| select(."Relation Name" | IN($parts[])) | "\(."Node Type") of \(."Relation Name")"))] end) | .found // [] | unique[]'
}

check() {
	local file found
	local -a literals
	found=$(
		for file in "$@"; do
			mapfile -t literals < <(arguments "$file")
			asked "$file" "$(cat "$file")" "${literals[@]}"
		done | whole_reads
	)
	[[ -z $found ]] || { printf '%s\n' "$found"; return 1; }
}

# It finds what it is for, and lets pass what it should.
self() {
	local found
	found=$(
		{
			asked scan "select count(*) from attempt where detail = 'x'"
			asked parts 'select max(value) from point group by claimed_at'
			asked few 'select id from (select id from attempt order by id desc limit 5) a join attempt_step s on s.attempt_id = a.id'
			echo "create function pg_temp.whole() returns bigint language plpgsql as \$\$ begin return (select count(*) from job where state = 'x'); end \$\$;"
			asked function 'select pg_temp.whole()'
			asked wrong 'select nothing'
		} | whole_reads | sed -E 's/ of point_.*/ of point/' | sort -u | paste -sd,
	)
	[[ $found == 'function: Seq Scan of job,parts: Seq Scan of point,scan: Seq Scan of attempt,wrong: '*nothing* ]] || { echo "found of what is wrong: $found"; return 1; }
}

main() {
	[[ $# -ge 1 ]] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
	DATABASE=$1
	shift
	PARTS=$(large_parts)
	PARTIAL=$(sql -c 'select indexrelid::regclass from pg_index where indpred is not null')
	if [[ ${1:-} == --self ]]; then
		self
		return
	fi
	local -a files=("$@")
	[[ $# -gt 0 ]] || mapfile -t files < <(statements)
	tables_are_large
	known_find
	check "${files[@]}"
}

main "$@"
