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

/* Of a stream above DELIVERY_MAX the beginning and the last DELIVERY_TAIL are kept; while it grows nobody knows
 * how long it will be, so it is sent up to where the tail still fits. */
enum {
	DELIVERY_PIECE = 1 << 20,
	DELIVERY_MAX = 256 << 20,
	DELIVERY_TAIL = 16 << 20,
	DELIVERY_LIVE_MAX = DELIVERY_MAX - DELIVERY_TAIL,
	DELIVERY_LIMIT_S = 30,
};

static const char *const delivery_names[DELIVERY_STREAMS] = {"build", "console", "samples"};

void delivery_init(struct delivery *d, struct api *api, const struct halt *halt, const struct spool *spool, bool is_new)
{
	*d = (struct delivery){.api = api, .halt = halt, .spool = spool, .limit_s = DELIVERY_LIMIT_S, .is_asked = is_new};
	for (int i = 0; i < DELIVERY_STREAMS; i++) {
		d->streams[i].name = delivery_names[i];
	}
}

/* The server says how far it is. */
static void delivery_hop(struct delivery_stream *s, int64_t have, int64_t size)
{
	s->offset = have;
	s->at = have < size ? have : size;
}

/* One piece at s->at; with n = 0 only asks how far the server is. */
static int delivery_put(struct delivery *d, struct delivery_stream *s, const char *bytes, int64_t n, int64_t size)
{
	char gap[40] = "";
	if (s->gap_end > 0) {
		snprintf(gap, sizeof(gap), "&gap_end=%lld", (long long)s->gap_end);
	}
	_free_ char *path = alloc_format("/api/v1/runner/attempts/%lld/streams/%s?offset=%lld%s", (long long)d->spool->id,
			s->name, (long long)(n == 0 ? size : s->offset), gap);
	const struct api_request request = {.method = "PUT", .path = path, .bytes = bytes, .size = (size_t)n,
			.limit_s = d->limit_s, .halt = d->halt};
	struct api_answer answer;
	int r = api_call(d->api, &request, &answer);
	json_int_t have = -1;
	if (r == 0 || r == API_NOTHING) {
		s->offset = n == 0 ? size : s->offset + n;
		s->at = n == 0 ? size : s->at + n;
		s->gap_end = 0;
		r = 0;
	} else if (r == API_REFUSED && strcmp(answer.code, "hole") == 0 &&
			json_unpack(answer.body, "{s:{s:I}}", "details", "size", &have) == 0 && have >= 0) {
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
	const ssize_t n = fd < 0 ? -1 : pread(fd, bytes, left < DELIVERY_PIECE ? (size_t)left : DELIVERY_PIECE, s->at);
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
	const struct api_request request = {.method = "HEAD", .path = path, .limit_s = d->limit_s, .halt = d->halt};
	struct api_answer answer;
	const int r = api_call(d->api, &request, &answer);
	const int known = r == 0 && !answer.is_complete ? API_NOTHING : r;
	api_answer_fini(&answer);
	return known;
}

/* One piece of a blob; *at moves to what the server has. */
static int delivery_put_blob(struct delivery *d, const char *sha256, int fd, int64_t size, int64_t *at, bool *is_done)
{
	_free_ char *bytes = alloc_zero(1, DELIVERY_PIECE);
	const ssize_t n = pread(fd, bytes, DELIVERY_PIECE, *at);
	if (n < 0) {
		return log_errno("cannot read an artifact");
	}
	_free_ char *path = alloc_format("/api/v1/blobs/%s?offset=%lld&size=%lld", sha256, (long long)*at, (long long)size);
	const struct api_request request = {.method = "PUT", .path = path, .bytes = bytes, .size = (size_t)n,
			.limit_s = d->limit_s, .halt = d->halt};
	struct api_answer answer;
	const int r = api_call(d->api, &request, &answer);
	json_int_t have = *at + n;
	int is_complete = 0;
	json_unpack(answer.body, "{s?I, s?b}", "size", &have, "complete", &is_complete);
	if (r == API_REFUSED || r == API_LATER) {
		log_warning("%s", answer.error);
	}
	api_answer_fini(&answer);
	*is_done = is_complete || have >= size;
	if (r == 0 && !*is_done && have <= *at) {
		return log_fault("the server takes no more of blob %s", sha256);
	}
	*at = have;
	return r;
}

int delivery_artifact(struct delivery *d, const char *name, const char *sha256)
{
	_free_ char *url = alloc_format("/api/v1/blobs/%s", sha256);
	const int known = delivery_has(d, url);
	if (known != API_NOTHING) {
		return known;
	}
	_free_ char *path = spool_path(d->spool, name);
	_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0) {
		return log_errno("cannot open artifact '%s'", path);
	}
	int64_t at = 0;
	bool is_done = false;
	int r = 0;
	while (r == 0 && !is_done) {
		r = delivery_put_blob(d, sha256, fd, st.st_size, &at, &is_done);
	}
	return r;
}

static json_t *delivery_sizes(const struct delivery *d)
{
	json_t *streams = json_array();
	for (int i = 0; i < DELIVERY_STREAMS; i++) {
		const struct delivery_stream *s = &d->streams[i];
		json_array_append_new(streams, json_pack("{s:s, s:I}", "name", s->name, "size", (json_int_t)s->offset));
	}
	return streams;
}

int delivery_result(struct delivery *d)
{
	_json_ json_t *result = NULL;
	const int r = spool_read(d->spool, "result.json", &result);
	if (r != 0) {
		return r < 0 ? r : log_fault("'%s' has no result", d->spool->path);
	}
	json_object_set_new(result, "streams", delivery_sizes(d));
	_free_ char *path = alloc_format("/api/v1/runner/attempts/%lld/result", (long long)d->spool->id);
	const struct api_request request = {.method = "POST", .path = path, .json = result, .limit_s = d->limit_s,
			.halt = d->halt};
	struct api_answer answer;
	const int sent = api_call(d->api, &request, &answer);
	if (sent == API_REFUSED || sent == API_LATER) {
		log_warning("%s", answer.error);
	}
	api_answer_fini(&answer);
	return sent == API_NOTHING ? 0 : sent;
}
