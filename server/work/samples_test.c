/* The guest's channel, as it should be and as a dying kernel writes it. */
#include "work/samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"

#define BOOT "11111111-2222-3333-4444-555555555555"
#define HELLO                                                                                      \
	"{\"type\":\"hello\",\"version\":1,\"release\":\"6.1.0\",\"page_size\":4096,"              \
	"\"boot_id\":\"" BOOT "\"}\n"
#define KEYS "{\"type\":\"keys\",\"keys\":[\"nr_free_pages\",\"pgmigrate_fail\",\"numa_hit\"]}\n"

static struct samples *read_text(const char *text)
{
	struct samples *s = samples_new("{}");
	assert_int_equal(samples_feed(s, text, strlen(text), true), strlen(text));
	return s;
}

static void a_stream_becomes_rows_of_its_boot_and_keys(void **state)
{
	(void)state;
	struct samples *s = read_text(
		HELLO KEYS "{\"type\":\"phase\",\"t\":5,\"phase\":\"workload\"}\n"
			   "{\"type\":\"sample\",\"t\":10,\"v\":[1,2]}\n"
			   "{\"type\":\"vmstat\",\"t\":10,\"v\":[7,null,9223372036854775807]}\n"
			   "{\"type\":\"sample\",\"t\":20,\"v\":[3,null]}\n"
			   "{\"type\":\"progress\",\"t\":21,\"done\":1,\"of\":2}\n"
			   "{\"type\":\"result\",\"t\":30,\"status\":\"done\",\"detail\":\"\"}\n");
	assert_int_equal(s->lines, 8);
	assert_int_equal(s->lines_bad, 0);
	assert_string_equal(s->release, "6.1.0");
	assert_int_equal(s->page_size, 4096);
	assert_true(s->has_result);
	assert_int_equal(s->n_blocks, 2);
	const struct samples_block *sample = &s->blocks[0];
	assert_string_equal(sample->boot_id, BOOT);
	assert_int_equal(sample->n, 2);
	assert_int_equal(sample->t_ns[1], 20);
	assert_int_equal(sample->values[2], 3);
	assert_int_equal(sample->values[3], SAMPLES_NULL);
	const struct samples_block *vmstat = &s->blocks[1];
	assert_string_equal(s->keys[vmstat->keys].names[2], "numa_hit");
	assert_int_equal(vmstat->values[1], SAMPLES_NULL);
	assert_int_equal(vmstat->values[2], INT64_MAX);
	assert_int_equal(s->n_phases, 1);
	assert_string_equal(s->phases[0].name, "workload");
	samples_free(s);
}

/* Each line stands alone between a good beginning and a good end. */
static const char *const hostile[] = {
	"no json at all",
	"{",
	"[]",
	"null",
	"{\"type\":7}",
	"{\"type\":\"surprise\",\"t\":1}",
	"{\"type\":\"sample\",\"t\":1,\"v\":[1]}",
	"{\"type\":\"sample\",\"t\":1,\"v\":[1,2,3]}",
	"{\"type\":\"sample\",\"t\":1,\"v\":[1,2.5]}",
	"{\"type\":\"sample\",\"t\":1,\"v\":[1,\"2\"]}",
	"{\"type\":\"sample\",\"t\":1,\"v\":[1,18446744073709551615]}",
	"{\"type\":\"sample\",\"t\":1,\"v\":[1,-2]}",
	"{\"type\":\"vmstat\",\"t\":1,\"v\":[-9223372036854775808,2,3]}",
	"{\"type\":\"sample\",\"t\":1,\"v\":{}}",
	"{\"type\":\"sample\",\"t\":-1,\"v\":[1,2]}",
	"{\"type\":\"sample\",\"t\":1e3,\"v\":[1,2]}",
	"{\"type\":\"sample\",\"t\":9223372036854775807,\"v\":[1,2]}",
	"{\"type\":\"sample\",\"v\":[1,2]}",
	"{\"type\":\"sample\",\"t\":1,\"t\":2,\"v\":[1,2]}",
	"{\"type\":\"sample\",\"t\":1,\"v\":[1,2]}{\"type\":\"sample\"}",
	"{\"type\":\"sample\",\"t\":1,\"v\":[1,2\x01]}",
	"{\"type\":\"sample\xff\",\"t\":1,\"v\":[1,2]}",
	"{\"type\":\"vmstat\",\"t\":1,\"v\":[1,2]}",
	"{\"type\":\"vmstat\",\"t\":1,\"v\":[1,2,[]]}",
	"{\"type\":\"keys\",\"keys\":[]}",
	"{\"type\":\"keys\",\"keys\":[\"\"]}",
	"{\"type\":\"keys\",\"keys\":[\"a b\"]}",
	"{\"type\":\"keys\",\"keys\":[\"a\",3]}",
	"{\"type\":\"keys\",\"keys\":\"nr_free_pages\"}",
	"{\"type\":\"hello\",\"version\":2,\"boot_id\":\"" BOOT "\"}",
	"{\"type\":\"hello\",\"version\":1,\"boot_id\":\"" BOOT "x\"}",
	"{\"type\":\"hello\",\"version\":1,\"boot_id\":\"1111\"}",
	"{\"type\":\"hello\",\"version\":1}",
	"{\"type\":\"phase\",\"t\":1,\"phase\":\"nonsense\"}",
	"{\"type\":\"phase\",\"phase\":\"workload\"}",
	"{\"type\":\"progress\"}",
};

static void a_hostile_line_is_counted_and_costs_nothing_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		_free_ char *text =
			alloc_format(HELLO KEYS "%s\n"
						"{\"type\":\"sample\",\"t\":2,\"v\":[1,2]}\n"
						"{\"type\":\"vmstat\",\"t\":2,\"v\":[1,2,3]}\n",
				hostile[i]);
		struct samples *s = read_text(text);
		if (s->lines_bad != 1 || s->n_blocks != 2 || s->blocks[0].n != 1 ||
			s->blocks[1].n != 1 || s->n_phases != 0) {
			fail_msg("line %zu: %s", i, hostile[i]);
		}
		samples_free(s);
	}
}

/* A year, an hour behind the last line, and a minute before it. */
static void an_instant_that_cannot_be_is_a_bad_line(void **state)
{
	(void)state;
	struct samples *s =
		read_text(HELLO "{\"type\":\"phase\",\"t\":90000000000,\"phase\":\"workload\"}\n"
				"{\"type\":\"sample\",\"t\":90020000000,\"v\":[1,2]}\n"
				"{\"type\":\"sample\",\"t\":31536000000000000,\"v\":[2,3]}\n"
				"{\"type\":\"sample\",\"t\":3690000000000,\"v\":[2,3]}\n"
				"{\"type\":\"sample\",\"t\":30000000000,\"v\":[2,3]}\n"
				"{\"type\":\"phase\",\"t\":3690000000000,\"phase\":\"finish\"}\n"
				"{\"type\":\"sample\",\"t\":90040000000,\"v\":[3,4]}\n");
	assert_int_equal(s->lines_bad, 4);
	assert_int_equal(s->n_phases, 1);
	assert_int_equal(s->blocks[0].n, 2);
	assert_int_equal(s->blocks[0].t_ns[1], 90040000000);
	samples_free(s);
}

/* A machine that slept for hours: what goes on and on is believed, across pieces too. */
static void a_guest_that_was_away_is_believed_again(void **state)
{
	(void)state;
	struct samples *s = read_text(HELLO "{\"type\":\"sample\",\"t\":1000000000,\"v\":[1,2]}\n");
	for (int i = 0; i < GUEST_CLOCK_AGREE; i++) {
		_free_ char *line = alloc_format(
			"{\"type\":\"sample\",\"t\":%lld,\"v\":[2,3]}\n", 9000000000000LL + i);
		_free_ char *kept = samples_state(s);
		samples_free(s);
		s = samples_new(kept);
		assert_int_equal(samples_feed(s, line, strlen(line), true), strlen(line));
	}
	assert_int_equal(s->lines_bad, GUEST_CLOCK_AGREE - 1);
	assert_int_equal(s->blocks[0].t_ns[0], 9000000000000LL + GUEST_CLOCK_AGREE - 1);
	samples_free(s);
}

static void a_line_with_a_nul_byte_is_bad(void **state)
{
	(void)state;
	const char text[] = HELLO "{\"type\":\"sample\",\0\"t\":1,\"v\":[1,2]}\n";
	struct samples *s = samples_new("{}");
	assert_int_equal(samples_feed(s, text, sizeof(text) - 1, false), sizeof(text) - 1);
	assert_int_equal(s->lines_bad, 1);
	assert_int_equal(s->n_blocks, 0);
	samples_free(s);
}

static void counters_before_hello_have_no_boot_and_are_bad(void **state)
{
	(void)state;
	struct samples *s = read_text(KEYS "{\"type\":\"sample\",\"t\":1,\"v\":[1,2]}\n"
					   "{\"type\":\"vmstat\",\"t\":1,\"v\":[1,2,3]}\n"
					   "{\"type\":\"phase\",\"t\":1,\"phase\":\"mount\"}\n");
	assert_int_equal(s->lines_bad, 3);
	assert_int_equal(s->n_blocks, 0);
	samples_free(s);
}

static void a_second_boot_has_rows_of_its_own(void **state)
{
	(void)state;
	struct samples *s = read_text(HELLO "{\"type\":\"sample\",\"t\":1,\"v\":[100,2]}\n"
					    "{\"type\":\"hello\",\"version\":1,\"boot_id\":"
					    "\"aaaaaaaa-2222-3333-4444-555555555555\"}\n"
					    "{\"type\":\"sample\",\"t\":1,\"v\":[1,2]}\n");
	assert_int_equal(s->n_blocks, 2);
	assert_string_equal(s->blocks[0].boot_id, BOOT);
	assert_string_equal(s->blocks[1].boot_id, "aaaaaaaa-2222-3333-4444-555555555555");
	samples_free(s);
}

static void new_keys_hold_for_the_lines_behind_them(void **state)
{
	(void)state;
	struct samples *s = read_text(HELLO KEYS "{\"type\":\"vmstat\",\"t\":1,\"v\":[1,2,3]}\n"
						 "{\"type\":\"keys\",\"keys\":[\"only\"]}\n"
						 "{\"type\":\"vmstat\",\"t\":2,\"v\":[1,2,3]}\n"
						 "{\"type\":\"vmstat\",\"t\":2,\"v\":[4]}\n");
	assert_int_equal(s->lines_bad, 1);
	assert_int_equal(s->n_blocks, 2);
	assert_int_equal(s->keys[s->blocks[0].keys].n, 3);
	assert_int_equal(s->keys[s->blocks[1].keys].n, 1);
	samples_free(s);
}

/* Whatever the cuts, with only the state carried over, the same rows come out. */
static void any_cut_gives_the_same_rows(void **state)
{
	(void)state;
	static const char text[] =
		HELLO KEYS "{\"type\":\"sample\",\"t\":1,\"v\":[1,2]}\n"
			   "rubbish\n{\"type\":\"vmstat\",\"t\":2,\"v\":[1,2,3]}\n"
			   "{\"type\":\"sample\",\"t\":3,\"v\":[4,5]}\n";
	const size_t size = sizeof(text) - 1;
	for (size_t cut = 0; cut <= size; cut++) {
		struct samples *first = samples_new("{}");
		const size_t used = samples_feed(first, text, cut, false);
		assert_true(used <= cut);
		for (size_t i = 0; i < first->n_keys; i++) {
			first->keys[i].id = 40 + (int64_t)i;
		}
		_free_ char *kept = samples_state(first);
		struct samples *second = samples_new(kept);
		assert_int_equal(samples_feed(second, text + used, size - used, true), size - used);
		size_t rows = 0;
		for (size_t i = 0; i < first->n_blocks; i++) {
			rows += first->blocks[i].n;
		}
		for (size_t i = 0; i < second->n_blocks; i++) {
			rows += second->blocks[i].n;
			assert_string_equal(second->blocks[i].boot_id, BOOT);
		}
		assert_int_equal(rows, 3);
		assert_int_equal(second->lines, 6);
		assert_int_equal(second->lines_bad, 1);
		samples_free(first);
		samples_free(second);
	}
}

static void keys_of_an_earlier_piece_are_known_by_id(void **state)
{
	(void)state;
	struct samples *s = samples_new("{\"boot_id\":\"" BOOT "\",\"keys\":2,\"keys_id\":17}");
	static const char text[] = "{\"type\":\"vmstat\",\"t\":2,\"v\":[1,2]}\n";
	assert_int_equal(samples_feed(s, text, sizeof(text) - 1, false), sizeof(text) - 1);
	assert_int_equal(s->n_blocks, 1);
	assert_int_equal(s->keys[s->blocks[0].keys].id, 17);
	samples_free(s);
}

static void a_line_without_end_is_skipped_across_pieces(void **state)
{
	(void)state;
	_free_ char *flood = alloc_zero(SAMPLES_LINE_MAX + 2, 1);
	memset(flood, 'x', SAMPLES_LINE_MAX + 1);
	struct samples *s = samples_new("{}");
	assert_int_equal(samples_feed(s, flood, SAMPLES_LINE_MAX, false), 0);
	assert_int_equal(samples_feed(s, flood, SAMPLES_LINE_MAX + 1, false), SAMPLES_LINE_MAX + 1);
	_free_ char *kept = samples_state(s);
	samples_free(s);
	s = samples_new(kept);
	static const char rest[] = "still the same line\n" HELLO;
	assert_int_equal(samples_feed(s, rest, sizeof(rest) - 1, false), sizeof(rest) - 1);
	assert_int_equal(s->lines, 2);
	assert_int_equal(s->lines_bad, 1);
	assert_string_equal(s->boot_id, BOOT);
	samples_free(s);
}

static void lists_boots_and_phases_are_bounded(void **state)
{
	(void)state;
	struct samples *s = read_text(HELLO);
	for (int i = 0; i < 2 * SAMPLES_PHASES_MAX; i++) {
		static const char text[] =
			HELLO KEYS "{\"type\":\"phase\",\"t\":1,\"phase\":\"mount\"}\n";
		samples_feed(s, text, sizeof(text) - 1, false);
	}
	assert_int_equal(s->boots, SAMPLES_BOOTS_MAX);
	assert_int_equal(s->n_keys, 1 + SAMPLES_LISTS_MAX);
	assert_int_equal(s->n_phases, SAMPLES_PHASES_MAX);
	samples_free(s);
	_free_ char *names = alloc_format("{\"type\":\"keys\",\"keys\":[");
	for (int i = 0; i <= SAMPLES_KEYS_MAX; i++) {
		char *longer = alloc_format("%s%s\"k\"", names, i == 0 ? "" : ",");
		free(names);
		names = longer;
	}
	_free_ char *text = alloc_format("%s]}\n", names);
	s = read_text(text);
	assert_int_equal(s->lines_bad, 1);
	samples_free(s);
}

/* The database refuses text that ends within a character, and all samples with it. */
static void a_release_is_cut_between_characters(void **state)
{
	(void)state;
	char release[2 * SAMPLES_WORD + 1] = "";
	for (size_t i = 0; i + 1 < sizeof(release); i += 2) {
		memcpy(release + i, "\xc3\xa4", 3);
	}
	_free_ char *hello = alloc_format("{\"type\":\"hello\",\"version\":1,\"release\":\"%s\","
					  "\"boot_id\":\"" BOOT "\"}\n",
		release);
	struct samples *s = read_text(hello);
	assert_int_equal(s->lines_bad, 0);
	assert_int_equal(strlen(s->release), SAMPLES_WORD - 2);
	samples_free(s);
}

static void nonsense_for_a_state_begins_anew(void **state)
{
	(void)state;
	static const char *const states[] = {"", "[]", "{\"keys\":-4}",
		"{\"keys\":\"x\",\"boot_id\":7}", "{\"keys\":99999999,\"keys_id\":1}"};
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		struct samples *s = samples_new(states[i]);
		assert_int_equal(s->n_keys, 1);
		assert_string_equal(s->boot_id, "");
		samples_free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stream_becomes_rows_of_its_boot_and_keys),
		cmocka_unit_test(a_hostile_line_is_counted_and_costs_nothing_else),
		cmocka_unit_test(an_instant_that_cannot_be_is_a_bad_line),
		cmocka_unit_test(a_guest_that_was_away_is_believed_again),
		cmocka_unit_test(a_line_with_a_nul_byte_is_bad),
		cmocka_unit_test(counters_before_hello_have_no_boot_and_are_bad),
		cmocka_unit_test(a_second_boot_has_rows_of_its_own),
		cmocka_unit_test(new_keys_hold_for_the_lines_behind_them),
		cmocka_unit_test(any_cut_gives_the_same_rows),
		cmocka_unit_test(keys_of_an_earlier_piece_are_known_by_id),
		cmocka_unit_test(a_line_without_end_is_skipped_across_pieces),
		cmocka_unit_test(lists_boots_and_phases_are_bounded),
		cmocka_unit_test(a_release_is_cut_between_characters),
		cmocka_unit_test(nonsense_for_a_state_begins_anew),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
