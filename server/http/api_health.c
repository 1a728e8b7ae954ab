/* What operators and their tools ask of the server itself. */
#include "http/api_health.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "assets.h"
#include "http/feed.h"
#include "http/hub.h"
#include "http/service.h"
#include "http/worker.h"
#include "store/db.h"
#include "store/metrics.h"
#include "store/retention.h"
#include "version.h"

int api_health(struct request *req, struct db *db, struct response *res)
{
	(void)req;
	const int outcome = metrics_ping(db);
	if (outcome == 0) {
		response_json(res, 200,
			json_pack("{s:s,s:s}", "status", "ok", "version", FAULTLINE_VERSION));
	}
	return outcome;
}

int api_alive(struct request *req, struct db *db, struct response *res)
{
	(void)req;
	(void)db;
	response_json(
		res, 200, json_pack("{s:s,s:s}", "status", "ok", "version", FAULTLINE_VERSION));
	return 0;
}

int api_openapi(struct request *req, struct db *db, struct response *res)
{
	(void)req;
	(void)db;
	const struct asset *asset = asset_find("server/http/openapi.json");
	if (asset == NULL) {
		return response_error(res, 404, "not_found", "this build has no description");
	}
	res->status = 200;
	res->type = "application/json";
	res->body = (char *)asset->data;
	res->size = asset->size;
	res->is_static = true;
	return 0;
}

static void line(FILE *out, const char *name, const char *type, const char *help, double value)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s %s\n%s %.10g\n", name, help, name, type, name, value);
}

static void server_lines(FILE *out, const struct service *service)
{
	fprintf(out,
		"# HELP faultline_build_info Version of the server.\n"
		"# TYPE faultline_build_info gauge\n"
		"faultline_build_info{version=\"%s\"} 1\n",
		FAULTLINE_VERSION);
	const struct worker_counts counts = workers_counts(service->workers);
	line(out, "faultline_requests_total", "counter", "Requests answered by workers.",
		(double)counts.requests);
	line(out, "faultline_request_faults_total", "counter", "Of these, answered 500 or 503.",
		(double)counts.faults);
	line(out, "faultline_request_seconds_total", "counter", "Time spent in workers.",
		(double)counts.busy_ns / 1e9);
	line(out, "faultline_claims_waiting", "gauge", "Runners that wait for a job.",
		(double)hub_parked(service->hub));
	line(out, "faultline_event_streams", "gauge", "Open event streams.",
		(double)feed_count(hub_feed(service->hub)));
}

static void store_lines(FILE *out, const struct metrics *metrics)
{
	line(out, "faultline_jobs_queued", "gauge", "Jobs that wait for a machine.",
		(double)metrics->jobs_queued);
	line(out, "faultline_attempts_running", "gauge", "Attempts under way.",
		(double)metrics->attempts_running);
	line(out, "faultline_machines_seen", "gauge", "Machines heard within two minutes.",
		(double)metrics->machines_seen);
	line(out, "faultline_machines_out", "gauge",
		"Active machines that take no jobs: silent, bad or looping.",
		(double)metrics->machines_out);
	line(out, "faultline_attempts_total", "counter", "Attempts that have begun.",
		(double)metrics->attempts);
	line(out, "faultline_database_bytes", "gauge", "What the database takes on its disk.",
		(double)metrics->database_bytes);
	line(out, "faultline_work_items", "gauge", "Background work that waits.",
		(double)metrics->work_items);
	line(out, "faultline_consoles_older", "gauge",
		"Consoles that an older reader has read; faultline-server reread reads them again.",
		(double)metrics->consoles_older);
	line(out, "faultline_build_logs_older", "gauge",
		"Build logs that an older reader has read; faultline-server reread reads them too.",
		(double)metrics->logs_older);
}

/* What retention has removed, by kind. */
static void retention_lines(FILE *out, const struct retention_count counts[RETENTION_KINDS])
{
	fprintf(out, "# HELP faultline_retention_removed_total Attempts whose consoles or samples "
		     "were removed, and files.\n"
		     "# TYPE faultline_retention_removed_total counter\n");
	for (int kind = 0; kind < RETENTION_KINDS; kind++) {
		fprintf(out, "faultline_retention_removed_total{kind=\"%s\"} %" PRId64 "\n",
			retention_name((enum retention_kind)kind), counts[kind].removed);
	}
	fprintf(out,
		"# HELP faultline_retention_freed_bytes_total What was removed, as it had come.\n"
		"# TYPE faultline_retention_freed_bytes_total counter\n");
	for (int kind = 0; kind < RETENTION_KINDS; kind++) {
		fprintf(out, "faultline_retention_freed_bytes_total{kind=\"%s\"} %" PRId64 "\n",
			retention_name((enum retention_kind)kind), counts[kind].bytes);
	}
}

int api_metrics(struct request *req, struct db *db, struct response *res)
{
	struct metrics metrics;
	struct retention_count removed[RETENTION_KINDS] = {0};
	int outcome = metrics_read(db, &metrics);
	if (outcome == 0) {
		outcome = retention_list(db, removed);
	}
	if (outcome != 0) {
		return outcome;
	}
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	if (out == NULL) {
		abort();
	}
	server_lines(out, req->service);
	store_lines(out, &metrics);
	retention_lines(out, removed);
	fclose(out);
	response_take(res, 200, "text/plain; version=0.0.4; charset=utf-8", text, size);
	return 0;
}
