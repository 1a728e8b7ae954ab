/* Any bytes are what QEMU's monitor says: in pieces through the socket they give what the same
 * lines give one by one. */
#include "runner/qmp.h"

#include <sys/socket.h>

#include "shared/cleanup.h"
#include "shared/fuzz.h"

static struct qmp by_lines, by_pieces;

static void read_lines(const char *bytes, size_t size)
{
	const char *line = bytes;
	for (const char *lf = memchr(line, '\n', size); lf != NULL;
		lf = memchr(line, '\n', size - (size_t)(line - bytes))) {
		qmp_take(&by_lines, line, (int)(lf - line));
		line = lf + 1;
	}
}

static void read_pieces(const char *bytes, size_t size)
{
	struct fuzz_numbers numbers = fuzz_numbers_of((const uint8_t *)bytes, size);
	_fd_ int theirs = -1;
	fuzz_must(qmp_init(&by_pieces, &theirs) == 0, "there is a pair of sockets");
	for (size_t at = 0; at < size;) {
		const size_t piece = fuzz_piece(&numbers, size - at);
		const ssize_t sent = send(theirs, bytes + at, piece, MSG_DONTWAIT | MSG_NOSIGNAL);
		fuzz_must(sent > 0, "the socket has room");
		fuzz_must(qmp_read(&by_pieces) == 0, "nothing that QEMU says is our fault");
		at += (size_t)sent;
	}
	qmp_fini(&by_pieces);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	_free_ char *copy = fuzz_copy(bytes, size);
	if (size >= QMP_LINE_MAX) {
		return 0; /* a line that long is dropped in one way and not in the other */
	}
	memset(&by_lines, 0, sizeof(by_lines));
	read_lines(copy, size);
	read_pieces(copy, size);
	fuzz_must(by_lines.is_ready == by_pieces.is_ready, "ready however it was cut");
	fuzz_must(by_lines.is_panicked == by_pieces.is_panicked, "panicked however it was cut");
	fuzz_must(by_lines.shutdown == by_pieces.shutdown, "the same end however it was cut");
	return 0;
}
