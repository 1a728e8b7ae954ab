/* Whose runs go before whose, in one place: what people ask for, then what trees' policies plan of
 * new commits (30 unless they say otherwise), then what nobody asked for, in the order in which it
 * is worth a machine that would else be idle: what confirms something, searches by what their
 * attempts tell for their minutes, conditions that were not tried enough, and last commits that
 * were passed over (tree_plan.sql: 10). A kind of which none was started for an hour is lifted, so
 * that none starves (the queue's page says so). */
#pragma once

enum {
	URGENCY_ASKED = 50,        /* runs that say nothing else */
	URGENCY_SEARCH_ASKED = 40, /* a search that a person began */
	URGENCY_CONFIRM = 24,
	URGENCY_SEARCH_MOST = 20, /* to URGENCY_SEARCH_LEAST, by bits a minute */
	URGENCY_SEARCH_LEAST = 16,
	URGENCY_CELL = 14,
};
