/* Any bytes are a guest's channel. Read whole, and in deliveries between which only the state's
 * text is kept, they must give the same rows and phases. */
#include "work/samples.h"

#include "shared/cleanup.h"
#include "shared/fuzz.h"

/* What was read, folded: numbers that differ when anything does. */
struct folded {
	uint64_t rows[2]; /* of "sample" and of "vmstat" lines */
	uint64_t phases;
	size_t n_rows;
};

static void fold(uint64_t *into, const void *bytes, size_t size)
{
	const unsigned char *at = bytes;
	for (size_t i = 0; i < size; i++) {
		*into = (*into ^ at[i]) * 0x100000001b3u;
	}
}

static void fold_block(struct folded *out, const struct samples *s, const struct samples_block *b)
{
	uint64_t *into = &out->rows[b->keys == 0 ? 0 : 1];
	const size_t n = s->keys[b->keys].n;
	fuzz_must(n > 0 && n <= SAMPLES_KEYS_MAX, "a list of counters within its limit");
	for (size_t i = 0; i < b->n; i++) {
		fold(into, b->boot_id, strlen(b->boot_id));
		fold(into, &b->t_ns[i], sizeof(b->t_ns[i]));
		fold(into, b->values + i * n, n * sizeof(*b->values));
		out->n_rows++;
	}
}

static void fold_all(struct folded *out, struct samples *s)
{
	for (size_t i = 0; i < s->n_blocks; i++) {
		fuzz_must(s->blocks[i].keys < s->n_keys, "a block has its list of counters");
		fold_block(out, s, &s->blocks[i]);
	}
	for (size_t i = 0; i < s->n_phases; i++) {
		fold(&out->phases, s->phases[i].boot_id, strlen(s->phases[i].boot_id));
		fold(&out->phases, s->phases[i].name, strlen(s->phases[i].name));
		fold(&out->phases, &s->phases[i].t_ns, sizeof(s->phases[i].t_ns));
	}
	for (size_t i = 0; i < s->n_keys; i++) {
		s->keys[i].id = (int64_t)i + 1; /* as the store would */
	}
}

/* Answers the state after the delivery [from, to) of the bytes, and how much of it is held. */
static char *deliver(const char *state, const uint8_t *bytes, size_t from, size_t to, bool is_end,
	struct folded *out)
{
	struct samples *s = samples_new(state);
	const size_t held = (size_t)s->held_bytes;
	fuzz_must(held <= from, "no more is held than came");
	_free_ char *copy = fuzz_copy(bytes + from - held, to - from + held);
	const size_t used = samples_feed(s, copy, to - from + held, is_end);
	fuzz_must(used <= to - from + held, "no more is used than came");
	fuzz_must(!is_end || used == to - from + held, "at the end all is used");
	s->held_bytes = (int64_t)(to - from + held - used);
	fold_all(out, s);
	char *next = samples_state(s);
	fuzz_must(next != NULL, "there is a state to go on from");
	samples_free(s);
	return next;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct folded whole = {.n_rows = 0}, cut = {.n_rows = 0};
	_free_ char *end = deliver("{}", bytes, 0, size, true, &whole);
	struct fuzz_numbers numbers = fuzz_numbers_of(bytes, size);
	char *state = fuzz_text("{}", 2);
	for (size_t at = 0; at < size;) {
		const size_t piece = fuzz_piece(&numbers, size - at);
		char *next = deliver(state, bytes, at, at + piece, at + piece == size, &cut);
		free(state);
		state = next;
		at += piece;
	}
	fuzz_must(memcmp(&whole, &cut, sizeof(whole)) == 0, "the same rows however it was cut");
	_json_ json_t *a = json_loads(end, 0, NULL);
	_json_ json_t *b = json_loads(size > 0 ? state : end, 0, NULL);
	json_object_del(a, "keys_id"); /* numbered anew in each delivery */
	json_object_del(b, "keys_id");
	fuzz_must(json_equal(a, b), "the same state however it was cut");
	free(state);
	return 0;
}
