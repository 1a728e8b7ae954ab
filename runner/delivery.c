/* Pieces of files over HTTP. */
#include "runner/delivery.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"

/* Of a stream above DELIVERY_MAX the beginning and the last DELIVERY_TAIL are kept; while it grows
 * nobody knows how long it will be, so it is sent up to where the tail still fits. */
enum {
	DELIVERY_PIECE = 1 << 20,
	DELIVERY_MAX = 256 << 20,
	DELIVERY_TAIL = 16 << 20,
	DELIVERY_LIVE_MAX = DELIVERY_MAX - DELIVERY_TAIL,
	DELIVERY_RESTARTS = 3, /* of an artifact of which the server held something else */
};

static const char *const delivery_names[DELIVERY_STREAMS] = {"build", "console", "samples"};

void delivery_init(struct delivery *d, struct api *api, const struct halt *halt,
	const struct spool *spool, bool is_new)
{
	*d = (struct delivery){.api = api,
		.halt = halt,
		.spool = spool,
		.limit_s = DELIVERY_LIMIT_S,
		.is_asked = is_new};
	for (int i = 0; i < DELIVERY_STREAMS; i++) {
		d->streams[i].name = delivery_names[i];
	}
	d->left_out = json_array();
}

void delivery_fini(struct delivery *d)
{
	json_decref(d->left_out);
	*d = (struct delivery){0};
}

/* The server says how far it is. */
static void delivery_hop(struct delivery_stream *s, int64_t have, int64_t size)
{
	s->offset = have;
	s->at = have < size ? have : size;
}

/* Bytes to where `path` says. As api_call; the answer is the caller's in any case. */
static int delivery_bytes(struct delivery *d, const char *path, const char *bytes, int64_t n,
	struct api_answer *answer)
{
	const struct api_request request = {.method = "PUT",
		.path = path,
		.bytes = bytes,
		.size = (size_t)n,
		.limit_s = d->limit_s,
		.halt = d->halt};
	return api_call(d->api, &request, answer);
}

/* One piece at s->at; with n = 0 only asks how far the server is. */
static int delivery_put(
	struct delivery *d, struct delivery_stream *s, const char *bytes, int64_t n, int64_t size)
{
	char gap[40] = "";
	if (s->gap_end > 0) {
		snprintf(gap, sizeof(gap), "&gap_end=%lld", (long long)s->gap_end);
	}
	_free_ char *path = alloc_format("/api/v1/runner/attempts/%lld/streams/%s?offset=%lld%s",
		(long long)d->spool->id, s->name, (long long)(n == 0 ? size : s->offset), gap);
	struct api_answer answer;
	int r = delivery_bytes(d, path, bytes, n, &answer);
	json_int_t have = -1;
	if (r == 0 || r == API_NOTHING) {
		s->offset = n == 0 ? size : s->offset + n;
		s->at = n == 0 ? size : s->at + n;
		s->gap_end = 0;
		r = 0;
		/* Our file may have lost its end with the machine's power: the server's word holds.
		 */
		json_unpack(answer.body, "{s?I}", "size", &have);
		s->offset = have > s->offset ? have : s->offset;
	} else if (r == API_REFUSED && strcmp(answer.code, "hole") == 0 &&
		   json_unpack(answer.body, "{s:{s:I}}", "details", "size", &have) == 0 &&
		   have >= 0) {
		delivery_hop(s, have, size);
		r = 0;
	} else if (r == API_REFUSED) {
		log_fault("stream '%s' was refused: %s", s->name, answer.error);
		s->is_refused = true;
		r = 0;
	} else if (r == API_LATER) {
		log_warning("%s", answer.error);
	}
	api_answer_fini(&answer);
	return r;
}

/* Leaves out the middle of a stream that is too long. */
static void delivery_skip(struct delivery_stream *s, int64_t size)
{
	if (!s->is_gapped && size > DELIVERY_MAX && s->at < size - DELIVERY_TAIL) {
		s->is_gapped = true;
		s->gap_end = s->at = size - DELIVERY_TAIL;
	}
}

static int delivery_stream(struct delivery *d, struct delivery_stream *s, bool is_final)
{
	const int64_t size = spool_size(d->spool, s->name);
	if (is_final) {
		delivery_skip(s, size);
	}
	const int64_t end = is_final || size < DELIVERY_LIVE_MAX ? size : DELIVERY_LIVE_MAX;
	const int64_t left = end - s->at;
	if (left <= 0 || s->is_refused) {
		return 0;
	}
	_free_ char *path = spool_path(d->spool, s->name);
	_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	_free_ char *bytes = alloc_zero(1, DELIVERY_PIECE);
	const ssize_t n =
		fd < 0 ? -1
		       : pread(fd, bytes, left < DELIVERY_PIECE ? (size_t)left : DELIVERY_PIECE,
				 s->at);
	if (n <= 0) {
		s->is_refused = true;
		return log_errno("cannot read '%s'", path);
	}
	const int r = delivery_put(d, s, bytes, n, size);
	return r != 0 ? r : left > n ? DELIVERY_MORE : 0;
}

static int delivery_ask(struct delivery *d)
{
	for (int i = 0; i < DELIVERY_STREAMS; i++) {
		const int64_t size = spool_size(d->spool, d->streams[i].name);
		const int r = size > 0 ? delivery_put(d, &d->streams[i], NULL, 0, size) : 0;
		if (r != 0) {
			return r;
		}
	}
	d->is_asked = true;
	return 0;
}

int delivery_streams(struct delivery *d, bool is_final)
{
	int result = d->is_asked ? 0 : delivery_ask(d);
	for (int i = 0; i < DELIVERY_STREAMS && (result == 0 || result == DELIVERY_MORE); i++) {
		const int r = delivery_stream(d, &d->streams[i], is_final);
		result = r == 0 || r < 0 ? result : r;
	}
	return result;
}

static int delivery_has(struct delivery *d, const char *path)
{
	const struct api_request request = {
		.method = "HEAD", .path = path, .limit_s = d->limit_s, .halt = d->halt};
	struct api_answer answer;
	const int r = api_call(d->api, &request, &answer);
	const int known = r == 0 && !answer.is_complete ? API_NOTHING : r;
	api_answer_fini(&answer);
	return known;
}

/* The server holds other bytes under this name, or fewer than it said: goes on where it can. */
static int delivery_blob_refused(struct delivery *d, const struct api_answer *answer)
{
	json_int_t have = 0;
	if (strcmp(answer->code, "hole") == 0) {
		json_unpack(answer->body, "{s:{s:I}}", "details", "size", &have);
	} else if (strcmp(answer->code, "hash_mismatch") != 0 &&
		   strcmp(answer->code, "other_size") != 0) {
		return API_REFUSED;
	}
	d->blob_at = have;
	return d->blob_restarts++ < DELIVERY_RESTARTS ? 0 : API_REFUSED;
}

/* The server's answer to a piece of a blob that ended at `end`. */
static int delivery_blob_answered(
	struct delivery *d, const struct api_answer *answer, int64_t end, bool *is_done)
{
	json_int_t have = end;
	int is_complete = 0;
	json_unpack(answer->body, "{s?I, s?b}", "size", &have, "complete", &is_complete);
	*is_done = is_complete;
	if (!is_complete && have <= d->blob_at) {
		return log_fault(
			"the server takes no more of a blob than %lld bytes", (long long)have);
	}
	d->blob_at = have;
	return 0;
}

static int delivery_put_blob(
	struct delivery *d, const char *sha256, int fd, int64_t size, bool *is_done)
{
	_free_ char *bytes = alloc_zero(1, DELIVERY_PIECE);
	const ssize_t n = pread(fd, bytes, DELIVERY_PIECE, d->blob_at);
	if (n < 0) {
		return log_errno("cannot read an artifact");
	}
	_free_ char *path = alloc_format("/api/v1/blobs/%s?offset=%lld&size=%lld", sha256,
		(long long)d->blob_at, (long long)size);
	struct api_answer answer;
	int r = delivery_bytes(d, path, bytes, n, &answer);
	if (r == API_REFUSED || r == API_LATER) {
		log_warning("%s", answer.error);
	}
	if (r == 0) {
		r = delivery_blob_answered(d, &answer, d->blob_at + n, is_done);
	} else if (r == API_REFUSED) {
		r = delivery_blob_refused(d, &answer);
	}
	api_answer_fini(&answer);
	return r;
}

static int delivery_blob(struct delivery *d, const char *name, const char *sha256)
{
	_free_ char *url = alloc_format("/api/v1/blobs/%s", sha256);
	const int known = d->is_blob_begun ? API_NOTHING : delivery_has(d, url);
	if (known != API_NOTHING) {
		return known;
	}
	if (!d->is_blob_begun) {
		d->is_blob_begun = true;
		d->blob_at = d->blob_restarts = 0;
	}
	_free_ char *path = spool_path(d->spool, name);
	_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0) {
		return log_errno("cannot open artifact '%s'", path);
	}
	bool is_done = false;
	const int r = delivery_put_blob(d, sha256, fd, st.st_size, &is_done);
	return r == 0 && !is_done ? DELIVERY_MORE : r;
}

int delivery_artifact(struct delivery *d, const char *name, const char *sha256)
{
	const int r = delivery_blob(d, name, sha256);
	const bool is_over = r != DELIVERY_MORE && r != API_LATER && r != API_HALTED;
	d->is_blob_begun &= !is_over;
	if (is_over && r != 0) {
		log_warning("the result does without '%s'", name);
		json_array_append_new(d->left_out, json_string(name));
	}
	return r;
}

static json_t *delivery_sizes(const struct delivery *d)
{
	json_t *streams = json_array();
	for (int i = 0; i < DELIVERY_STREAMS; i++) {
		const struct delivery_stream *s = &d->streams[i];
		json_array_append_new(streams,
			json_pack("{s:s, s:I}", "name", s->name, "size", (json_int_t)s->offset));
	}
	return streams;
}

/* A result that names a file the server has not would be refused whole. */
static void delivery_leave_out(const struct delivery *d, json_t *artifacts)
{
	for (size_t i = json_array_size(artifacts); i-- > 0;) {
		const json_t *name = json_object_get(json_array_get(artifacts, i), "name");
		size_t k;
		json_t *left_out;
		json_array_foreach(d->left_out, k, left_out)
		{
			if (json_equal(name, left_out)) {
				json_array_remove(artifacts, i);
				break;
			}
		}
	}
}

int delivery_result(struct delivery *d)
{
	_json_ json_t *result = NULL;
	const int r = spool_read(d->spool, "result.json", &result);
	if (r != 0) {
		return r < 0 ? r : log_fault("'%s' has no result", d->spool->path);
	}
	delivery_leave_out(d, json_object_get(result, "artifacts"));
	json_object_set_new(result, "streams", delivery_sizes(d));
	_free_ char *path =
		alloc_format("/api/v1/runner/attempts/%lld/result", (long long)d->spool->id);
	const struct api_request request = {.method = "POST",
		.path = path,
		.json = result,
		.limit_s = d->limit_s,
		.halt = d->halt};
	struct api_answer answer;
	const int sent = api_call(d->api, &request, &answer);
	if (sent == API_REFUSED || sent == API_LATER) {
		log_warning("%s", answer.error);
	}
	api_answer_fini(&answer);
	return sent == API_NOTHING ? 0 : sent;
}
