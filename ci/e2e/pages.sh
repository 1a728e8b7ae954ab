#!/bin/bash
# Every page, with and without data: it answers, says what it is about, needs no script, and its data come as JSON too.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

# page PATH [TEXT…]: HTML that is whole, with these texts; nothing left unfilled; the same as JSON.
page() {
	local path=$1
	shift
	shows "$path" "$@"
	http GET "$path" -H 'Accept: text/html'
	holds "$(header Content-Type)" 'text/html; charset=utf-8'
	if grep -qE '\{\{|\}\}|\(null\)|>null<|>undefined<|NaN' <<<"$BODY"; then
		fail "$path has something unfilled: $(grep -nE '\{\{|\}\}|\(null\)|>null<|>undefined<|NaN' <<<"$BODY" | head -n 5)"
	fi
	holds "$BODY" '<title>' "$path"
	grep -qi '</html>' <<<"$BODY" || fail "$path is cut"
	/usr/bin/python3 "$REPO/ci/e2e/html_check.py" <<<"$BODY" || fail "$path is not well formed"
	http GET "$path$(grep -q '?' <<<"$path" && echo '&' || echo '?')format=json"
	equal "$STATUS" 200 "$path as JSON"
	jq -e 'type == "object"' <<<"$BODY" >/dev/null || fail "$path as JSON: ${BODY:0:200}"
}

test_pages_of_an_empty_site_say_that_nothing_is_there_yet() {
	local path
	for path in / /bugs /machines /queue; do
		page "$path"
	done
}

test_every_page_shows_what_it_is_about() {
	local run attempt bug sha
	runner_start runner
	run=$(order_guest shown standin '.title = "a title <b>&\"quoted\""' <<-'SH'
		hello
		phase workload
		sample 0 0
		sample 1000 4
		crash
	SH
	)
	attempt=$(ends "$run" crash)
	bug=$(sql 'select min(id) from bug')
	sha=$(sql 'select min(sha) from commit')
	page / prebuilt
	page "/runs/$run" 'a title <b>&"quoted"'
	page "/attempts/$attempt" crash filemap_read
	page "/attempts/$attempt/console" filemap_read
	page /bugs filemap_read
	page "/bugs/$bug" filemap_read 6.1.0-shown
	page /machines runner
	page /machines/runner runner
	page /queue
	page /trees/prebuilt/matrix 6.1.0-shown 'BUG' 'xfs 1K'
	page "/trees/prebuilt/matrix?commit=HEAD&last=10&rows=page&columns=nothing" 'page size' architecture
	page "/trees/prebuilt/matrix?commit=nowhere" 'is called “nowhere”'
	page "/search?q=filemap" filemap_read 'in a call trace'
	page "/search?q=6.1.0-sh" 6.1.0-shown
	page /trees/prebuilt 6.1.0-shown
	page "/trees/prebuilt/commits/$sha" 6.1.0-shown
	page "/trees/prebuilt/series/standin/fail_ratio?show=data" 6.1.0-shown
	stop runner
}

test_what_cannot_be_read_or_measured_is_said_where_one_looks() {
	local attempt
	attempt=$(sql 'select max(id) from attempt')
	page "/attempts/$attempt"
	equal "$(jq .problems <<<"$BODY")" null 'problems of a good attempt'
	sql "update stream set reader_error = 'the chunk is <torn>', reader_retry_at = 'infinity' where attempt_id = $attempt and name = 'console';
		insert into work_item (stage, attempt_id, error, tries, retry_at) values ('measure', $attempt, 'no such partition', 5, now() + interval '1 hour')"
	page "/attempts/$attempt" 'Its console cannot be read: the chunk is <torn>. Given up' 'It cannot be measured: no such partition. Tried again'
	page / "attempt $attempt"
	sql "update stream set reader_error = null, reader_retry_at = null where attempt_id = $attempt; delete from work_item"
	page /
	equal "$(jq .unread <<<"$BODY")" null 'what the overview complains of'
}

test_any_two_are_held_against_each_other() {
	local before after
	page /compare 'Say what to compare'
	page '/compare?a=prebuilt/6.1.0-shown&b=%3Cx%3E' 'Nothing that is known here is called “<x>”'
	runner_ensure
	before=$(sql 'select min(id) from run')
	after=$(order_guest better standin '.repeats = 3' <<<'hello; phase workload; sample 0 0; sample 5000 4; sample 10000 9; result done')
	run_wait "$after" 60
	wait_for 30 'the stages' work_is_done
	page "/compare?a=run:$before&b=run:$after" 'fails no more' filemap_read 'cannot tell yet' 'would say fixed'
	http GET "/compare?a=run:$before&b=run:$after&format=json"
	equal "$(jq -c '[.categories[] | select(.count > 0) | [.category, .profiles[].profile]]' <<<"$BODY")" '[["fails_no_more","standin"]]'
	equal "$(jq -c '.bugs[1] | [.before.k, .after.k, .verdict, .after.exposure > 0]' <<<"$BODY")" '[1,0,"cannot_tell",true]'
	page "/compare?a=run:$after&b=run:$before" regressed 'seen only after'
	http GET "/compare?a=run:$after&b=run:$before" -H 'Accept: text/html'
	holds "$BODY" "href=\"?a=run:$after&amp;b=run:$before&amp;format=json\""
	stop runner
}

# A page that does not show it yet ends only the subshell.
queue_shows_it() { (shows /queue 6.1.0-waits standin); }

test_the_queue_shows_what_waits() {
	order_guest waits standin <<<'hello; result done' >/dev/null
	# The server may first offer it to the runner that was just stopped.
	wait_for 30 'the job to wait' queue_shows_it
	page /queue 6.1.0-waits standin
}

test_every_link_of_every_page_leads_somewhere() {
	/usr/bin/python3 "$REPO/ci/e2e/links.py" "$URL" || fail 'broken links'
}

test_feeds_are_atom_and_come_again_cheaply() {
	local path tag
	for path in /feeds/bugs /feeds/alerts /feeds/changes '/feeds/alerts?tree=prebuilt' '/feeds/changes?tree=prebuilt' '/feeds/alerts?tree=prebuilt&profile=standin'; do
		http GET "$path"
		equal "$STATUS" 200 "$path"
		holds "$(header Content-Type)" application/atom+xml "$path"
		/usr/bin/python3 "$REPO/ci/e2e/feed_check.py" <"$BODY_FILE" >"$WORK/feed" || fail "$path: no valid feed"
		equal "$(jq -r .self "$WORK/feed")" "$URL$path"
	done
	http GET '/feeds/alerts?tree=nowhere'
	equal "$STATUS" 404 'a tree that is not there'
	http GET /feeds/bugs
	/usr/bin/python3 "$REPO/ci/e2e/feed_check.py" <"$BODY_FILE" >"$WORK/feed"
	equal "$(jq -r '.entries | length' "$WORK/feed")" "$(sql 'select count(*) from bug')"
	equal "$(jq -r '.entries[0].link' "$WORK/feed")" "$URL/bugs/$(sql 'select max(id) from bug')"
	tag=$(header ETag)
	path=$(header Last-Modified)
	http GET /feeds/bugs -H "If-None-Match: $tag"
	equal "$STATUS $BODY" '304 ' 'the same tag'
	equal "$(header ETag)" "$tag"
	http GET /feeds/bugs -H "If-Modified-Since: $path"
	equal "$STATUS" 304 'not modified since'
	http GET /feeds/bugs -H 'If-Modified-Since: Thu, 01 Jan 2015 00:00:00 GMT'
	equal "$STATUS" 200 'modified since long ago'
	http GET /feeds/bugs -H "If-None-Match: \"other\"" -H "If-Modified-Since: $path"
	equal "$STATUS" 200 'another tag counts more than a date'
	path=$(jq -r '.entries[0].id' "$WORK/feed")
	sql "update bug set title = E'<x> & \\x01 \"y\"' where id = (select max(id) from bug)"
	http GET /feeds/bugs -H "If-None-Match: $tag"
	equal "$STATUS" 200 'another title'
	/usr/bin/python3 "$REPO/ci/e2e/feed_check.py" <"$BODY_FILE" >"$WORK/feed" || fail 'hostile text breaks the feed'
	equal "$(jq -r '.entries[0].id' "$WORK/feed")" "$path" 'its id'
	http GET /bugs -H 'Accept: text/html'
	holds "$BODY" '<link rel="alternate" type="application/atom+xml" title="Bugs" href="/feeds/bugs">'
}

test_a_page_that_is_not_there_says_so() {
	local path
	for path in /trees/nowhere /attempts/99999 /attempts/x /bugs/99999 /machines/nobody /runs/99999 \
		/trees/prebuilt/series/standin/nothing /trees/prebuilt/commits/0000000 /attempts/18446744073709551617; do
		http GET "$path" -H 'Accept: text/html'
		[[ $STATUS == 404 ]] || fail "$path: $STATUS"
		holds "$(header Content-Type)" text/html "$path"
	done
	http GET '/machines/no+body%20%26%3Cb%3E' -H 'Accept: text/html'
	holds "$BODY" 'href="/search?q=no%2Bbody%20%26%3Cb%3E">Search for “no+body &amp;&lt;b&gt;”' 'what is not there is searched for'
}

test_hostile_text_in_an_address_stays_text() {
	local path
	for path in '/trees/%3Cscript%3Ealert(1)%3C%2Fscript%3E' "/bugs?state='%22%3E%3Cscript%3E" \
		"/trees/prebuilt?limit=1%27%3B%20drop%20table%20run" '/bugs?limit=-1' '/queue?limit=999999999999'; do
		http GET "$path" -H 'Accept: text/html'
		[[ $STATUS != 5* ]] || fail "$path: $STATUS"
		if grep -qF '<script>alert' <<<"$BODY" || grep -qF '"><script>' <<<"$BODY"; then fail "$path echoes markup"; fi
	done
	equal "$(sql 'select count(*) > 0 from run')" t 'runs are still there'
}

test_pictures_can_be_kept_and_compared() {
	local path etag
	for path in /trees/prebuilt/badge.svg /trees/prebuilt/series/standin/fail_ratio/chart.svg /trees/prebuilt/series/standin/fail_ratio/spark.svg; do
		http GET "$path"
		equal "$STATUS" 200 "$path"
		equal "$(header Content-Type)" image/svg+xml "$path"
		/usr/bin/python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$BODY_FILE" || fail "$path is no picture"
		etag=$(header ETag)
		http GET "$path" -H "If-None-Match: $etag"
		equal "$STATUS" 304 "$path again"
	done
	http GET /trees/prebuilt/badge.svg
	holds "$BODY" 'open bug'
	http GET /trees/nowhere/badge.svg
	equal "$STATUS" 404 'a badge of no tree'
	http GET /trees/prebuilt/series/standin/fail_ratio/data.csv
	holds "$(header Content-Type)" text/csv
	holds "$BODY" 'place,commit,profile,fail_ratio'
}

test_static_files_are_cached_and_compared() {
	local path etag
	http GET /
	path=$(sed -nE '0,/\/static\//s|.*(href\|src)="(/static/[^"]+)".*|\2|p' <<<"$BODY")
	[[ $path ]] || fail 'the page has no static file'
	http GET "$path"
	equal "$STATUS" 200 "$path"
	etag=$(header ETag)
	[[ $etag || $(header Cache-Control) == *immutable* ]] || fail "$path can be neither cached nor compared"
	if [[ $etag ]]; then
		http GET "$path" -H "If-None-Match: $etag"
		equal "$STATUS" 304 "$path again"
	fi
	http GET /static/../../etc/passwd --path-as-is
	[[ $STATUS == 404 || $STATUS == 400 ]] || fail "a path that climbs: $STATUS"
}

test_the_api_describes_itself() {
	http GET /api/v1/openapi.json
	equal "$STATUS" 200
	equal "$(jq -r '.openapi[:3]' <<<"$BODY")" 3.1
}

test_metrics_can_be_read_by_prometheus() {
	http GET /metrics
	equal "$STATUS" 200
	holds "$(header Content-Type)" text/plain
	grep -qE '^# (HELP|TYPE) ' <<<"$BODY" || fail 'no help in the metrics'
	if grep -vE '^(#.*|[a-z_]+(\{[^}]*\})? -?[0-9.eE+-]+|)$' <<<"$BODY"; then fail 'a line that is no metric'; fi
}

site_start
profile standin
run_tests "$@"
