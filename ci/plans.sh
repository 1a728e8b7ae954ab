#!/bin/bash
# What a page reads must not grow with attempts: the plans of all statements that routes answer with, on a seeded database, read none of
# the growing tables whole. One line for each that does; ends with 1 then. `--self` tries the reader of plans on statements that do.
#   ci/plans.sh DATABASE [--self | FILE…]
# Plans are generic, as the server's are, so they do not depend on what is asked for.
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

sql() { PGOPTIONS='-c jit=off -c plan_cache_mode=force_generic_plan' psql -XqAt -v ON_ERROR_STOP=1 -d "$DATABASE" "$@"; }

tables_are_large() {
	local name rows bad=0
	while read -r name rows; do
		[[ $(sql -c "select count(*) >= $rows from $name") == t ]] || { echo "$name has fewer than $rows rows: its plans say nothing"; bad=1; }
	done <<<"$GROWING"
	return "$bad"
}

# The statements that routes name.
route_queries() {
	local name
	grep -oE '"(api|page)_[a-z_]+"' server/http/routes.c | tr -d '"' | sort -u | while read -r name; do
		[[ ! -f db/queries/$name.sql ]] || printf 'db/queries/%s.sql\n' "$name"
	done
}

# The plan of a statement with every parameter unknown, as JSON.
plan() {
	local nulls
	nulls=$(sql -c "prepare q as $1" -c "select string_agg('null', ', ') from pg_prepared_statements, unnest(parameter_types)")
	sql -c "prepare q as $1" -c "explain (format json) execute q${nulls:+($nulls)}"
}

# What is read of a table: the table itself, or those of its parts that hold rows.
large_parts() {
	sql -c "select coalesce(part.relname, t.relname) from pg_class t left join pg_inherits i on i.inhparent = t.oid left join pg_class part on part.oid = i.inhrelid
		where t.relname in ('$(cut -d' ' -f1 <<<"$GROWING" | paste -sd, | sed "s/,/','/g")') and coalesce(part.reltuples, t.reltuples) > 100"
}

# Nodes that read a table whole: sequential scans, and scans of an index without a condition, unless a limit right above ends
# them or the index holds only a part of the rows.
whole_reads() {
	jq -r --arg parts "$PARTS" --arg partial "$PARTIAL" '
		($parts | split("\n")) as $parts | ($partial | split("\n")) as $partial
		| def reads($is_limited):
			(if ."Node Type" == "Limit" then true elif ."Node Type" | IN("Sort", "Aggregate", "Hash", "WindowAgg") then false else $is_limited end) as $l
			| (select(."Node Type" == "Seq Scan"
				or ((."Node Type" | IN("Index Scan", "Index Only Scan")) and ."Index Cond" == null and ($l | not) and (."Index Name" | IN($partial[]) | not)))),
			(.Plans[]? | reads($l));
		[.[0].Plan | reads(false) | select(."Relation Name" | IN($parts[])) | "\(."Node Type") of \(."Relation Name")"] | unique[]'
}

check() {
	local file reads bad=0
	for file in "$@"; do
		reads=$(plan "$(cat "$file")" | whole_reads)
		[[ -z $reads ]] || { printf '%s: %s\n' "$file" "${reads//$'\n'/, }"; bad=1; }
	done
	return "$bad"
}

# It finds what it is for, and lets pass what it should.
self() {
	local found
	found=$(plan "select count(*) from attempt where detail = 'x'" | whole_reads)
	[[ $found == 'Seq Scan of attempt' ]] || { echo "a sequential scan is not found: '$found'"; return 1; }
	found=$(plan 'select max(value) from point group by claimed_at' | whole_reads)
	[[ $found == *'Seq Scan of point_'* ]] || { echo "a scan of partitions is not found: '$found'"; return 1; }
	found=$(plan 'select id from (select id from attempt order by id desc limit 5) a join attempt_step s on s.attempt_id = a.id' | whole_reads)
	[[ -z $found ]] || { echo "the last five attempts are not all of them: '$found'"; return 1; }
}

main() {
	[[ $# -ge 1 ]] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
	DATABASE=$1
	shift
	PARTS=$(large_parts)
	PARTIAL=$(sql -c 'select indexrelid::regclass from pg_index where indpred is not null')
	if [[ ${1:-} == --self ]]; then
		self
		return
	fi
	local -a files=("$@")
	[[ $# -gt 0 ]] || mapfile -t files < <(route_queries)
	tables_are_large
	check "${files[@]}"
}

main "$@"
