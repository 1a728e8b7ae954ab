/* Answers that are long: the server stays small however long they are. */
#include "http/content.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "http/range.h"
#include "http/service.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"

enum { CONTENT_SHORT = 1 << 20, CONTENT_BUSY = 2 };

static int spool_open(const struct config *config)
{
	const int fd = open(config->state, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0) {
		return fd;
	}
	const int other = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	return other >= 0 ? other : log_errno("cannot make a file in '%s'", config->state);
}

static int write_all(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		const ssize_t n = write(fd, bytes, size);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return log_errno("cannot write a long answer");
		}
		bytes += n;
		size -= (size_t)n;
	}
	return 0;
}

/* Reads the range; each piece goes to the file (fd >= 0), or into `memory`. */
static int copy(
	struct db *db, const struct content *content, struct range range, int fd, char *memory)
{
	int64_t at = range.first;
	while (at < range.end) {
		_free_ char *bytes = NULL;
		size_t n = 0;
		int outcome = content->read(db, content->source, at, &bytes, &n);
		if (outcome != 0) {
			return outcome;
		}
		if (n == 0) {
			return log_fault("what is stored ends at byte %" PRId64 " of %" PRId64, at,
				content->size);
		}
		n = (int64_t)n > range.end - at ? (size_t)(range.end - at) : n;
		if (fd >= 0) {
			outcome = write_all(fd, bytes, n);
		} else {
			memcpy(memory + (at - range.first), bytes, n);
		}
		if (outcome != 0) {
			return outcome;
		}
		at += (int64_t)n;
	}
	return 0;
}

static int answer_long(const struct request *req, struct db *db, struct response *res,
	const struct content *content, struct range range)
{
	const size_t size = (size_t)(range.end - range.first);
	if (!room_take(&req->service->files, size)) {
		response_error(res, 503, "busy",
			"too many long answers are under way; try again, or ask for a Range");
		response_header(res, "Retry-After", "10");
		return CONTENT_BUSY;
	}
	res->room = &req->service->files;
	res->room_bytes = size;
	_fd_ int fd = spool_open(req->service->config);
	if (fd < 0) {
		return fd;
	}
	const int outcome = copy(db, content, range, fd, NULL);
	if (outcome == 0) {
		res->fd = fd;
		fd = -1;
	}
	return outcome;
}

static int answer_short(
	struct db *db, struct response *res, const struct content *content, struct range range)
{
	_free_ char *memory = alloc_zero(1, (size_t)(range.end - range.first) + 1);
	const int outcome = copy(db, content, range, -1, memory);
	if (outcome == 0) {
		res->body = memory;
		memory = NULL;
	}
	return outcome;
}

int content_answer(const struct request *req, struct db *db, struct response *res,
	const struct content *content)
{
	struct range range = {.first = 0, .end = content->size};
	const int kind = range_parse(request_header(req, "Range"), content->size, &range);
	if (kind == RANGE_BEYOND) {
		response_error(res, 416, "beyond", "it has %" PRId64 " bytes", content->size);
		response_header(res, "Content-Range", "bytes */%" PRId64, content->size);
		return 0;
	}
	const bool is_short = range.end - range.first <= CONTENT_SHORT;
	const int outcome = is_short ? answer_short(db, res, content, range)
				     : answer_long(req, db, res, content, range);
	if (outcome != 0) {
		return outcome == CONTENT_BUSY ? 0 : outcome;
	}
	res->status = kind == 0 ? 206 : 200;
	res->type = content->type;
	res->size = (size_t)(range.end - range.first);
	response_header(res, "Accept-Ranges", "bytes");
	if (kind == 0) {
		response_header(res, "Content-Range", "bytes %" PRId64 "-%" PRId64 "/%" PRId64,
			range.first, range.end - 1, content->size);
	}
	return 0;
}
