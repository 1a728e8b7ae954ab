/* The guest's channel into rows: what came is parsed, kept, and the parser's memory kept with it.
 */
#include "work/ingest.h"

#include <stdlib.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/db.h"
#include "store/reading.h"
#include "store/sample.h"
#include "store/stream.h"
#include "work/samples.h"

/* Bytes of one turn: some 25,000 short lines or 400 whole vmstats, a fraction of a second. */
enum { PIECE_BYTES = 1 << 20 };

_Static_assert(SAMPLES_NULL == SAMPLE_NULL, "parser and store mean the same by unknown");

static void samples_cleanup(struct samples **samples)
{
	samples_free(*samples);
}

/* Lists of names that are new in this piece get their ids, also those without a row yet: only the
 * id is remembered. */
static int keys_keep(struct db *tx, struct samples *s)
{
	for (size_t i = 0; i < s->n_keys; i++) {
		struct samples_keys *keys = &s->keys[i];
		if (keys->names == NULL || keys->id != 0) {
			continue;
		}
		const int outcome = sample_keys_find(tx, keys->names, keys->n, &keys->id);
		if (outcome != 0) {
			return outcome;
		}
	}
	return 0;
}

static int rows_keep(struct db *tx, const struct reading *reading, const struct samples *s)
{
	for (size_t i = 0; i < s->n_blocks; i++) {
		const struct samples_block *b = &s->blocks[i];
		const struct sample_place place = {
			reading->attempt_id, reading->claimed_at, b->boot_id};
		const struct samples_keys *keys = &s->keys[b->keys];
		if (b->n == 0) {
			continue;
		}
		const int outcome =
			sample_put(tx, &place, keys->id, keys->n, b->t_ns, b->values, b->n);
		if (outcome != 0) {
			return outcome;
		}
	}
	return 0;
}

static int phases_keep(struct db *tx, const struct reading *reading, const struct samples *s)
{
	if (s->n_phases == 0) {
		return 0;
	}
	_free_ struct sample_phase *phases = alloc_zero(s->n_phases, sizeof(*phases));
	for (size_t i = 0; i < s->n_phases; i++) {
		const struct samples_phase *p = &s->phases[i];
		phases[i] = (struct sample_phase){p->boot_id, p->name, p->t_ns};
	}
	return sample_phase_put(tx, reading->attempt_id, phases, s->n_phases);
}

static int all_keep(struct db *tx, const struct reading *reading, struct samples *s)
{
	int outcome = keys_keep(tx, s);
	if (outcome == 0) {
		outcome = rows_keep(tx, reading, s);
	}
	if (outcome == 0) {
		outcome = phases_keep(tx, reading, s);
	}
	if (outcome == 0 && s->release[0] != '\0') {
		outcome = sample_guest_put(tx, reading->attempt_id, s->release, s->page_size);
	}
	return outcome;
}

/* The beginning of a line that has not come whole stays unparsed and is read again; read_bytes
 * stands behind it all the same, so that a stream which ends within a line does not wait for ever.
 */
int ingest_samples(struct db *tx, const struct reading *reading)
{
	__attribute__((cleanup(samples_cleanup))) struct samples *s = samples_new(reading->state);
	const int64_t start = reading->read_bytes - s->held_bytes;
	_free_ char *bytes = NULL;
	size_t size = 0;
	int outcome = stream_read(tx, reading->attempt_id, reading->name, start > 0 ? start : 0,
		PIECE_BYTES, &bytes, &size);
	if (outcome != 0) {
		return outcome;
	}
	const int64_t end = (start > 0 ? start : 0) + (int64_t)size;
	const bool is_end = reading->is_complete && end >= reading->size_bytes;
	const size_t used = samples_feed(s, bytes, size, is_end);
	s->held_bytes = (int64_t)(size - used);
	outcome = all_keep(tx, reading, s);
	if (outcome != 0) {
		return outcome;
	}
	_free_ char *state = samples_state(s);
	return reading_keep(tx, reading, end, is_end, SAMPLES_READER_VERSION, state);
}
