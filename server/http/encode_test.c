/* When an answer is squeezed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <zlib.h>

#include "http/encode.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"

static void gzip_is_taken_when_it_is_offered(void **state)
{
	(void)state;
	assert_true(encode_accepts_gzip("gzip"));
	assert_true(encode_accepts_gzip("deflate, gzip;q=0.5, br"));
	assert_true(encode_accepts_gzip("GZIP"));
	assert_false(encode_accepts_gzip("gzip;q=0"));
	assert_false(encode_accepts_gzip("gzip; q=0.0"));
	assert_false(encode_accepts_gzip("br"));
	assert_false(encode_accepts_gzip(""));
	assert_false(encode_accepts_gzip(NULL));
}

static void what_is_squeezed_comes_out_again(void **state)
{
	(void)state;
	char plain[5000];
	memset(plain, 'x', sizeof(plain));
	_free_ char *packed = NULL;
	size_t size = 0;
	assert_true(encode_gzip(plain, sizeof(plain), 6, &packed, &size));
	assert_true(size < 100);
	char back[sizeof(plain)];
	z_stream stream = {.next_in = (Bytef *)packed,
		.avail_in = (uInt)size,
		.next_out = (Bytef *)back,
		.avail_out = sizeof(back)};
	assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
	assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
	inflateEnd(&stream);
	assert_memory_equal(back, plain, sizeof(plain));
}

static void what_grows_is_left_alone(void **state)
{
	(void)state;
	char *packed = NULL;
	size_t size = 0;
	assert_false(encode_gzip("abc", 3, 6, &packed, &size));
	assert_null(packed);
}

static struct response answer(const char *type, size_t size)
{
	struct response res = {0};
	char *body = alloc_zero(1, size + 1);
	memset(body, 'a', size);
	response_take(&res, 200, type, body, size);
	return res;
}

static void only_long_texts_are_squeezed(void **state)
{
	(void)state;
	struct request req = {.header_count = 1};
	req.headers[0] = (struct pair){.name = "accept-encoding", .value = "gzip"};
	struct response text = answer("text/html; charset=utf-8", 4000);
	struct response small = answer("text/html; charset=utf-8", 400);
	struct response binary = answer("application/octet-stream", 4000);
	encode_response(&req, &text);
	encode_response(&req, &small);
	encode_response(&req, &binary);
	assert_true(text.size < 4000);
	assert_int_equal(text.header_count, 2);
	assert_int_equal(small.size, 400);
	assert_int_equal(small.header_count, 0);
	assert_int_equal(binary.size, 4000);
	response_fini(&text);
	response_fini(&small);
	response_fini(&binary);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gzip_is_taken_when_it_is_offered),
		cmocka_unit_test(what_is_squeezed_comes_out_again),
		cmocka_unit_test(what_grows_is_left_alone),
		cmocka_unit_test(only_long_texts_are_squeezed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
