/* The table of all URLs: it reads as the site map. */
#include "http/routes.h"

#include <stdio.h>
#include <string.h>

#include "http/api_alert.h"
#include "http/api_bisection.h"
#include "http/api_blob.h"
#include "http/api_bug.h"
#include "http/api_change.h"
#include "http/api_enrol.h"
#include "http/api_events.h"
#include "http/api_health.h"
#include "http/api_machine.h"
#include "http/api_policy.h"
#include "http/api_profile.h"
#include "http/api_result.h"
#include "http/api_rule.h"
#include "http/api_run.h"
#include "http/api_run_change.h"
#include "http/api_runner.h"
#include "http/api_stream.h"
#include "http/api_subscription.h"
#include "http/api_symbol.h"
#include "http/api_token.h"
#include "http/api_tree.h"
#include "http/atom.h"
#include "http/form_run.h"
#include "http/page_bisection.h"
#include "http/page_bug.h"
#include "http/page_bug_rates.h"
#include "http/page_compare.h"
#include "http/page_console.h"
#include "http/page_crossing.h"
#include "http/page_factors.h"
#include "http/page_overview.h"
#include "http/page_report.h"
#include "http/page_verdict.h"
#include "http/session.h"
#include "http/static.h"

enum {
	BODY_JSON = 4 << 20, /* 64 patches in a run are the largest */
	BODY_SMALL = 256 << 10,
	BODY_PIECE = 1 << 20, /* of a stream or blob */
};

#define PAGE(pattern, name, markup, ...)                                                           \
	.method = "GET", .path = pattern, .need = ROUTE_READ, .query = name, .template = markup,   \
	.arguments = {__VA_ARGS__}
#define DATA(pattern, name, ...)                                                                   \
	.method = "GET", .path = pattern, .need = ROUTE_READ, .query = name,                       \
	.arguments = {__VA_ARGS__}
#define PICTURE(pattern, name, markup, ...)                                                        \
	PAGE(pattern, name, markup, __VA_ARGS__), .type = "image/svg+xml"
#define TABLE(pattern, name, ...)                                                                  \
	DATA(pattern, name, __VA_ARGS__), .type = "text/csv; charset=utf-8"
#define CALL(verb, pattern, who, function, bytes)                                                  \
	.method = verb, .path = pattern, .need = who, .handle = function, .body_max = bytes

#define FORM(pattern, function, name, markup, ...)                                                 \
	.method = "POST", .path = pattern, .need = ROUTE_FORM, .handle = function, .query = name,  \
	.template = markup, .arguments = {__VA_ARGS__}, .body_max = BODY_SMALL

#define FEED(pattern, name, ...)                                                                   \
	.method = "GET", .path = pattern, .need = ROUTE_READ, .handle = atom_answer,               \
	.query = name, .template = "atom", .arguments = {__VA_ARGS__}

#define API "/api/v1/"

/* clang-format off */
const struct route routes[] = {
	/* Pages */
	{PAGE("/", "page_overview", "overview", NULL), .add = page_overview_add,
		.question = "What broke, where, since which commit, how sure is that; what runs now; is the fleet well?"},
	{PAGE("/alerts", "page_alerts", "alerts", "state", "before"),
		.question = "What should people know now, and who sees to it?"},
	{PAGE("/alerts/{id}", "page_alert", "alert", "{id}"),
		.question = "What happened, who was told, who sees to it?"},
	{PAGE("/attempts/{id}", "page_attempt", "attempt", "{id}", "format"), .add = page_report_add,
		.question = "How did it end, after how much work, under which conditions, and how is it had again?"},
	{PAGE("/attempts/{id}/console", "page_console", "console", "{id}", "offset"), .add = page_console_add,
		.question = "What did the kernel say, and where is its report?"},
	{PAGE("/bisections", "page_bisections", "bisections", "before"),
		.question = "Which commits are searched for, and how far is each search?"},
	{PAGE("/bisections/{id}", "page_bisection", "bisection", "{id}"), .add = page_bisection_add,
		.question = "Which commit is it, how sure is that, and what would tell more?"},
	{PAGE("/bugs", "page_bugs", "bugs", "state", "known", "what"), .add = page_bug_add,
		.question = "Which bugs stand, where and since when, and how often does each come?"},
	{PAGE("/bugs/{id}", "page_bug", "bug", "{id}"), .add = page_bug_life_add,
		.question = "From which commit to which does it come, under which conditions, and is it fixed or masked?"},
	{PAGE("/bugs/{id}/factors", "page_bug_factors", "bug_factors", "{id}", "tree"), .add = page_factors_add,
		.question = "Which condition makes the difference, which only seems to, which was not tried enough?"},
	{PAGE("/bugs/{id}/rates", "page_bug_rates", "bug_rates", "{id}", "tree", "profile"), .add = page_bug_rates_add,
		.question = "How often did it come, commit by commit?"},
	{PAGE("/bugs/{id}/verdict", "page_bug_sides", "bug_verdict", "{id}", "tree", "before", "after"), .add = page_verdict_add,
		.question = "Is it fixed, or only masked by less work, and what would settle that?"},
	{PAGE("/changes", "page_changes", "changes", "state", "tree", "before"),
		.question = "Which series moved, where, by how much, and is it confirmed?"},
	{PAGE("/changes/{id}", "page_change", "change", "{id}"),
		.question = "From what to what did it move, between which commits, and is that real?"},
	{PAGE("/compare", "page_compare", "compare", "a", "b"), .add = page_compare_add,
		.question = "What is worse after than before, what is better, what is only noise?"},
	{PAGE("/crossings/{id}", "page_crossing", "crossing", "{id}"), .add = page_crossing_add,
		.question = "Does the suspect cause the bug or only raise its rate, and does the fix undo that?"},
	{PAGE("/deliveries", "page_deliveries", "deliveries", "state", "before"),
		.question = "What was sent to whom, what waits for approval, what did not get through?"},
	{PAGE("/deliveries/{id}", "page_delivery", "delivery", "{id}"),
		.question = "What does the message say, and did it arrive?"},
	{PAGE("/machines", "page_machines", "machines", "arch", "state"),
		.question = "Which machines are here, what does each do, which are not well?"},
	{PAGE("/machines/{name}", "page_machine", "machine", "{name}", "before"),
		.question = "Is this machine well, what does it do, how did its attempts go?"},
	{PAGE("/queue", "page_queue", "queue", "arch", "tree", "user"),
		.question = "What runs, what waits and why, and when does it start?"},
	{PAGE("/rules", "page_rules", "rules", "state"),
		.question = "Which issues are known, and by what are they told?"},
	{PAGE("/rules/{id}", "page_rule", "rule", "{id}"),
		.question = "What does the rule match, and who wrote it so?"},
	{PAGE("/runs", "page_runs", "runs", "before", "tree", "user"),
		.question = "What was ordered, by whom, and how far is it?"},
	{PAGE("/runs/{id}", "page_run", "run", "{id}"),
		.question = "How far is it, and what came of it?"},
	{PAGE("/search", "page_search", "search", "q"),
		.question = "Where is what this hash, word, function or number belongs to?"},
	{.method = "GET", .path = "/signin", .need = ROUTE_OPEN, .handle = session_page, .query = "page_signin", .template = "signin", .arguments = {"to"},
		.question = "Who are you, and what does signing in give?"},
	{PAGE("/subscriptions", "page_subscriptions", "subscriptions", NULL),
		.question = "Who is told of which alerts, and how?"},
	{PAGE("/subscriptions/{id}", "page_subscription", "subscription", "{id}"),
		.question = "What is it told, and what was it sent?"},
	{PAGE("/tokens", "page_tokens", "tokens", ROUTE_CALLER),
		.question = "Which tokens are mine, and how is one made or ended?"},
	{PAGE("/trees/{name}", "page_tree", "tree", "{name}", "before"),
		.question = "What came of the newest commits, under each profile?"},
	{PICTURE("/trees/{name}/badge.svg", "page_badge", "badge", "{name}")},
	{PAGE("/trees/{name}/commits/{sha}", "page_commit", "commit", "{name}", "{sha}"),
		.question = "Is this commit well, and under what was it tried?"},
	{PAGE("/trees/{name}/matrix", "page_matrix", "matrix", "{name}", "commit", "rows", "columns", "last"), .add = page_bug_add,
		.question = "Under which conditions does it break, and which were not tried?"},
	{PAGE("/trees/{name}/series", "page_trends", "trends", "{name}", "metric"),
		.question = "What do the newest commits measure under each profile, and did it move?"},
	{PAGE("/trees/{name}/series/{profile}/{metric}", "page_series", "series", "{name}", "{profile}", "{metric}", "before", "with", "from", "to", "view", "show"),
		.question = "At which commit did it move, by how much, and was it the kernel?"},
	{PICTURE("/trees/{name}/series/{profile}/{metric}/chart.svg", "page_chart", "chart", "{name}", "{profile}", "{metric}", "with", "from", "to")},
	{PICTURE("/trees/{name}/series/{profile}/{metric}/spark.svg", "page_spark", "spark_svg", "{name}", "{profile}", "{metric}")},
	{TABLE("/trees/{name}/series/{profile}/{metric}/data.csv", "csv_trend", "{name}", "{profile}", "{metric}", "with", "from", "to")},
	{CALL("GET", "/static/{name}", ROUTE_OPEN, static_answer, 0), .is_direct = true},
	{CALL("GET", "/static/{version}/{name}", ROUTE_OPEN, static_answer, 0), .is_direct = true},
	{CALL("GET", "/healthz", ROUTE_OPEN, api_alive, 0), .is_direct = true},
	{CALL("GET", "/metrics", ROUTE_READ, api_metrics, 0)},
	{CALL("GET", "/readyz", ROUTE_OPEN, api_health, 0)},

	/* Atom */
	{FEED("/feeds/alerts", "page_feed_alerts", "tree", "profile")},
	{FEED("/feeds/bugs", "page_feed_bugs", NULL)},
	{FEED("/feeds/changes", "page_feed_changes", "tree")},

	/* What is there, as JSON */
	{DATA(API "alerts", "api_alerts", "state", "limit")},
	{DATA(API "alerts/{id}", "api_alert", "{id}")},
	{DATA(API "attempts/{id}", "api_attempt", "{id}")},
	{DATA(API "attempts/{id}/samples", "api_attempt_samples", "{id}")},
	{CALL("GET", API "attempts/{id}/streams/{name}", ROUTE_READ, api_stream_get, 0), .is_long = true},
	{DATA(API "bisections", "api_bisections", "state", "bug", "limit")},
	{DATA(API "bisections/{id}", "api_bisection", "{id}")},
	{DATA(API "bugs", "api_bugs", "limit", "known", "what")},
	{DATA(API "bugs/{id}", "api_bug", "{id}", "limit")},
	{DATA(API "bugs/{id}/history", "api_bug_history", "{id}")},
	{DATA(API "changes", "api_changes", "state", "tree", "limit")},
	{DATA(API "changes/{id}", "api_change", "{id}")},
	{DATA(API "crossings/{id}", "api_crossing", "{id}")},
	{DATA(API "deliveries", "api_deliveries", "state", "limit")},
	{DATA(API "deliveries/{id}", "api_delivery", "{id}")},
	{CALL("GET", API "events", ROUTE_READ, api_events, 0)},
	{CALL("GET", API "health", ROUTE_OPEN, api_health, 0)},
	{DATA(API "jobs/{id}", "api_job", "{id}")},
	{DATA(API "machines", "api_machines", NULL)},
	{DATA(API "machines/{name}/changes", "api_machine_changes", "{name}")},
	{CALL("GET", API "openapi.json", ROUTE_OPEN, api_openapi, 0), .is_direct = true},
	{DATA(API "profiles", "api_profiles", NULL)},
	{DATA(API "queue", "api_queue", "limit")},
	{DATA(API "rules", "api_rules", "state")},
	{DATA(API "rules/{id}", "api_rule", "{id}")},
	{DATA(API "runs", "run_list", "limit")},
	{DATA(API "runs/{id}", "run_show", "{id}")},
	{DATA(API "series", "api_series_list", "tree", "profile", "metric")},
	{DATA(API "series/{id}", "api_series", "{id}", "from", "to")},
	{DATA(API "subscriptions", "api_subscriptions", NULL)},
	{DATA(API "subscriptions/{id}", "api_subscription", "{id}")},
	{DATA(API "symbols/{build_id}", "api_symbols", "{build_id}", "function")},
	{DATA(API "trees", "api_trees", NULL)},
	{DATA(API "trees/{name}", "api_tree", "{name}")},
	{DATA(API "trees/{name}/commits", "api_tree_commits", "{name}", "before", "limit")},
	{DATA(API "trees/{name}/commits/{sha}", "api_tree_commit", "{name}", "{sha}")},
	{DATA(API "trees/{name}/trend", "api_trend", "{name}", "metric", "profiles", "from", "to", "points", "values")},

	/* Orders */
	{CALL("POST", API "alerts/{id}/acknowledge", ROUTE_TRIGGER, api_alert_order, BODY_SMALL)},
	{CALL("POST", API "alerts/{id}/assign", ROUTE_TRIGGER, api_alert_order, BODY_SMALL)},
	{CALL("POST", API "alerts/{id}/mute", ROUTE_TRIGGER, api_alert_order, BODY_SMALL)},
	{CALL("POST", API "alerts/{id}/unmute", ROUTE_TRIGGER, api_alert_order, BODY_SMALL)},
	{CALL("POST", API "bisections", ROUTE_TRIGGER, api_bisection_add, BODY_SMALL)},
	{CALL("POST", API "bisections/{id}/cancel", ROUTE_TRIGGER, api_bisection_cancel, BODY_SMALL)},
	{CALL("POST", API "bugs/{id}/apart", ROUTE_TRIGGER, api_bug_order, BODY_SMALL)},
	{CALL("POST", API "bugs/{id}/duplicate", ROUTE_TRIGGER, api_bug_order, BODY_SMALL)},
	{CALL("POST", API "bugs/{id}/factors", ROUTE_TRIGGER, page_factors_order, BODY_SMALL)},
	{CALL("POST", API "bugs/{id}/fix", ROUTE_TRIGGER, api_bug_order, BODY_SMALL)},
	{CALL("POST", API "bugs/{id}/invalid", ROUTE_TRIGGER, api_bug_order, BODY_SMALL)},
	{CALL("POST", API "bugs/{id}/join", ROUTE_TRIGGER, api_bug_order, BODY_SMALL)},
	{CALL("POST", API "bugs/{id}/needed", ROUTE_TRIGGER, api_bug_order, BODY_SMALL)},
	{CALL("POST", API "bugs/{id}/needless", ROUTE_TRIGGER, api_bug_order, BODY_SMALL)},
	{CALL("POST", API "bugs/{id}/open", ROUTE_TRIGGER, api_bug_order, BODY_SMALL)},
	{CALL("POST", API "bugs/{id}/split", ROUTE_TRIGGER, api_bug_order, BODY_SMALL)},
	{CALL("POST", API "bugs/{id}/unfix", ROUTE_TRIGGER, api_bug_order, BODY_SMALL)},
	{CALL("POST", API "bugs/{id}/verdict", ROUTE_TRIGGER, page_verdict_order, BODY_SMALL)},
	{CALL("PATCH", API "changes/{id}", ROUTE_TRIGGER, api_change_mark, BODY_SMALL)},
	{CALL("POST", API "crossings", ROUTE_TRIGGER, page_crossing_order, BODY_SMALL)},
	{CALL("POST", API "deliveries/{id}/approve", ROUTE_TRIGGER, api_delivery_order, BODY_SMALL)},
	{CALL("POST", API "deliveries/{id}/edit", ROUTE_TRIGGER, api_delivery_edit, BODY_SMALL)},
	{CALL("POST", API "deliveries/{id}/reject", ROUTE_TRIGGER, api_delivery_order, BODY_SMALL)},
	{CALL("POST", API "deliveries/{id}/retry", ROUTE_TRIGGER, api_delivery_order, BODY_SMALL)},
	{CALL("POST", API "jobs/{id}/cancel", ROUTE_TRIGGER, api_job_cancel, BODY_SMALL)},
	{CALL("POST", API "jobs/{id}/priority", ROUTE_TRIGGER, api_job_priority, BODY_SMALL)},
	{CALL("POST", API "machines/{name}/golden", ROUTE_ADMIN, api_machine_order, BODY_SMALL)},
	{CALL("POST", API "machines/{name}/health", ROUTE_ADMIN, api_machine_order, BODY_SMALL)},
	{CALL("POST", API "machines/{name}/owner", ROUTE_ADMIN, api_machine_order, BODY_SMALL)},
	{CALL("POST", API "machines/{name}/slots", ROUTE_ADMIN, api_machine_order, BODY_SMALL)},
	{CALL("POST", API "machines/{name}/state", ROUTE_ADMIN, api_machine_order, BODY_SMALL)},
	{CALL("POST", API "machines/{name}/token", ROUTE_ADMIN, api_machine_token, BODY_SMALL)},
	{CALL("POST", API "profiles", ROUTE_TRIGGER, api_profile_add, BODY_SMALL)},
	{CALL("POST", API "rules", ROUTE_TRIGGER, api_rule_add, BODY_SMALL), .is_once = true},
	{CALL("POST", API "rules/preview", ROUTE_TRIGGER, api_rule_preview, BODY_SMALL), .is_long = true},
	{CALL("PATCH", API "rules/{id}", ROUTE_TRIGGER, api_rule_change, BODY_SMALL), .is_once = true},
	{CALL("POST", API "runs", ROUTE_TRIGGER, api_run_order, BODY_JSON), .is_once = true},
	{CALL("POST", API "runs/{id}/cancel", ROUTE_TRIGGER, api_run_cancel, BODY_SMALL)},
	{CALL("POST", API "runs/{id}/priority", ROUTE_TRIGGER, api_run_priority, BODY_SMALL)},
	{CALL("POST", API "subscriptions", ROUTE_TRIGGER, api_subscription_add, BODY_SMALL), .is_once = true},
	{CALL("PATCH", API "subscriptions/{id}", ROUTE_TRIGGER, api_subscription_change, BODY_SMALL), .is_once = true},
	{CALL("POST", API "trees", ROUTE_TRIGGER, api_tree_add, BODY_SMALL)},
	{CALL("POST", API "trees/{name}/family", ROUTE_ADMIN, api_tree_family, BODY_SMALL)},
	{CALL("PUT", API "trees/{name}/policy", ROUTE_TRIGGER, api_policy, BODY_SMALL)},
	{CALL("POST", API "trees/{name}/refresh", ROUTE_TRIGGER, api_tree_refresh, BODY_SMALL)},

	/* Forms of pages */
	{FORM("/alerts/{id}", form_alert, "page_alert", "alert", "{id}")},
	{FORM("/bisections/{id}", form_bisection_cancel, "page_bisection", "bisection", "{id}"), .add = page_bisection_add},
	{FORM("/bugs/{id}", form_bug, "page_bug", "bug", "{id}"), .add = page_bug_life_add},
	{FORM("/bugs/{id}/bisections", form_bisection_add, "page_bug", "bug", "{id}"), .add = page_bug_life_add},
	{FORM("/bugs/{id}/crossings", page_crossing_form, "page_bug", "bug", "{id}"), .add = page_bug_life_add},
	{FORM("/bugs/{id}/factors", page_factors_form, "page_bug_factors", "bug_factors", "{id}", "tree"), .add = page_factors_add},
	{FORM("/bugs/{id}/verdict", page_verdict_form, "page_bug_sides", "bug_verdict", "{id}", "tree", "before", "after"), .add = page_verdict_add},
	{FORM("/changes/{id}", form_change, "page_change", "change", "{id}")},
	{FORM("/changes/{id}/bisections", form_bisection_change, "page_change", "change", "{id}")},
	{FORM("/deliveries/{id}", form_delivery, "page_delivery", "delivery", "{id}")},
	{FORM("/machines/{name}", form_machine, "page_machine", "machine", "{name}", "before")},
	{FORM("/queue", form_run_change, "page_queue", "queue", "arch", "tree", "user")},
	{FORM("/rules", form_rule, "page_rules", "rules", "state"), .is_once = true, .is_long = true},
	{FORM("/rules/{id}", form_rule, "page_rule", "rule", "{id}"), .is_once = true, .is_long = true},
	{FORM("/runs", form_run, "page_runs", "runs", "before", "tree", "user"), .is_once = true},
	{FORM("/runs/{id}", form_run_change, "page_run", "run", "{id}")},
	{FORM("/signin", form_signin, "page_signin", "signin", "to")},
	{FORM("/signout", form_signout, "page_signin", "signin", "to")},
	{FORM("/subscriptions", form_subscription, "page_subscriptions", "subscriptions", NULL), .is_once = true},
	{FORM("/subscriptions/{id}", form_subscription, "page_subscription", "subscription", "{id}"), .is_once = true},
	{FORM("/tokens", form_token, "page_tokens", "tokens", ROUTE_CALLER), .is_once = true},
	{FORM("/trees/{name}", form_policy, "page_tree", "tree", "{name}", "before")},

	/* Files kept by content */
	{CALL("GET", API "blobs/{sha256}", ROUTE_READ, api_blob_get, 0), .is_long = true},
	{CALL("HEAD", API "blobs/{sha256}", ROUTE_READ, api_blob_head, 0)},
	{CALL("PUT", API "blobs/{sha256}", ROUTE_SEND, api_blob_put, BODY_PIECE)},

	/* Runners */
	{CALL("PUT", API "runner/attempts/{id}/streams/{name}", ROUTE_RUNNER, api_stream_put, BODY_PIECE)},
	{CALL("POST", API "runner/attempts/{id}/heartbeat", ROUTE_RUNNER, api_heartbeat, BODY_SMALL)},
	{CALL("POST", API "runner/attempts/{id}/result", ROUTE_RUNNER, api_result, BODY_JSON)},
	{CALL("POST", API "runner/claim", ROUTE_RUNNER, api_claim, BODY_SMALL)},
	{CALL("POST", API "runner/confirm", ROUTE_RUNNER, api_confirm, BODY_SMALL)},
	{CALL("POST", API "runner/enrol", ROUTE_ENROL, api_enrol, BODY_SMALL)},
	{CALL("POST", API "runner/register", ROUTE_RUNNER, api_register, BODY_SMALL)},
	{CALL("POST", API "runner/symbols/{id}/answer", ROUTE_RUNNER, api_symbol_answer, BODY_JSON)},
	{CALL("POST", API "runner/symbols/{id}/heartbeat", ROUTE_RUNNER, api_symbol_heartbeat, BODY_SMALL)},
};
/* clang-format on */
const size_t route_count = sizeof(routes) / sizeof(routes[0]);

/* Does the path fit? Fills the parts that stand in braces. */
static bool path_fits(const char *pattern, const char *path, struct request *req)
{
	size_t n = 0;
	while (*pattern != '\0') {
		if (*pattern != '{') {
			if (*pattern++ != *path++) {
				return false;
			}
			continue;
		}
		const size_t size = strcspn(path, "/");
		if (size == 0 || size >= REQUEST_PART_SIZE) {
			return false;
		}
		memcpy(req->parts[n], path, size);
		req->parts[n++][size] = '\0';
		path += size;
		pattern = strchr(pattern, '}') + 1;
	}
	return *path == '\0';
}

static bool method_fits(const struct route *route, const char *method)
{
	return strcmp(route->method, method) == 0 ||
	       (strcmp(method, "HEAD") == 0 && strcmp(route->method, "GET") == 0);
}

/* GET is there: so is HEAD. */
static void allow_add(char *allow, size_t size, const char *method)
{
	const size_t n = strlen(allow);
	if (strstr(allow, method) == NULL) {
		snprintf(allow + n, size - n, "%s%s%s", n > 0 ? ", " : "", method,
			strcmp(method, "GET") == 0 ? ", HEAD" : "");
	}
}

int route_find(struct request *req, char *allow, size_t allow_size)
{
	allow[0] = '\0';
	for (size_t i = 0; i < route_count; i++) {
		const struct route *route = &routes[i];
		if (!path_fits(route->path, req->path, req)) {
			continue;
		}
		const bool is_exact = strcmp(route->method, req->method) == 0;
		if (is_exact || (req->route == NULL && method_fits(route, req->method))) {
			req->route = route;
		}
		allow_add(allow, allow_size, route->method);
		if (is_exact) {
			return 0;
		}
	}
	if (req->route != NULL) { /* HEAD: the parts may be those of a later row that did not fit */
		path_fits(req->route->path, req->path, req);
		return 0;
	}
	return allow[0] == '\0' ? ROUTE_NONE : ROUTE_OTHER_METHOD;
}

const char *route_part(const struct request *req, const char *name)
{
	const size_t size = strlen(name);
	size_t n = 0;
	for (const char *at = strchr(req->route->path, '{'); at != NULL; at = strchr(at + 1, '{')) {
		if (strncmp(at, name, size) == 0) {
			return req->parts[n];
		}
		n++;
	}
	return "";
}
