/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keep/store/store_private.h"
#include "keep/store/watch.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define WATCH_COLUMNS                                                                             \
	"name, since_s, by_whom, list, looked_s, digest, doubt, moved_s, silent_s, full_s, due, " \
	"told"
#define OF_WATCH " WHERE place = ?1 AND name = ?2"

/* Every question the store asks its database. */
static const char *const texts[STATEMENT_COUNT] = {
	[STATEMENT_BEGIN_READ] = "BEGIN",
	[STATEMENT_BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[STATEMENT_COMMIT] = "COMMIT",
	[STATEMENT_ROLLBACK] = "ROLLBACK",
	[STATEMENT_RUN_INSERT] =
		"INSERT INTO run(started_s, finished_s, profile, vantage, domains, done)"
		" VALUES(?1, 0, ?2, ?3, ?4, 0)",
	[STATEMENT_RUN_NEWEST_OPEN] =
		"SELECT id, started_s, finished_s, profile, vantage, domains, done"
		" FROM run WHERE finished_s = 0 ORDER BY id DESC LIMIT 1",
	[STATEMENT_RUN_NEWEST] = "SELECT max(id) FROM run",
	[STATEMENT_RUN_FINISH] = "UPDATE run SET finished_s = ?2 WHERE id = ?1",
	[STATEMENT_RUN_DONE] = "UPDATE run SET done = done + ?2 WHERE id = ?1",
	[STATEMENT_RUN_ALL] = "SELECT id, started_s, finished_s, profile, vantage, domains, done"
			      " FROM run ORDER BY id",
	[STATEMENT_SEEN_GET] = "SELECT bits FROM seen WHERE run = ?1 AND chunk = ?2",
	[STATEMENT_SEEN_PUT] = "INSERT OR REPLACE INTO seen(run, chunk, bits) VALUES(?1, ?2, ?3)",
	[STATEMENT_SEEN_RUN] = "SELECT chunk, bits FROM seen WHERE run = ?1 ORDER BY chunk",
	[STATEMENT_DOMAIN_GET] = "SELECT id, interval FROM domain WHERE name = ?1",
	[STATEMENT_DOMAIN_INSERT] = "INSERT INTO domain(name, id, interval) VALUES(?1, ?2, ?3)",
	[STATEMENT_DOMAIN_MOVE] = "UPDATE domain SET interval = ?2 WHERE name = ?1",
	[STATEMENT_DOMAIN_ALL] = "SELECT name, id, interval FROM domain ORDER BY name",
	[STATEMENT_DOMAIN_COUNT_GET] = "SELECT value FROM meta WHERE key = 'domains'",
	[STATEMENT_DOMAIN_COUNT_PUT] = "UPDATE meta SET value = ?1 WHERE key = 'domains'",
	[STATEMENT_INTERVAL_GET] =
		"SELECT domain, previous, state, first_run, first_s, last_run, last_s,"
		" last FROM interval WHERE id = ?1",
	[STATEMENT_INTERVAL_INSERT] =
		"INSERT INTO interval(id, domain, previous, state, first_run, first_s, last_run,"
		" last_s, last) VALUES(?7, ?1, ?2, ?3, ?4, ?5, ?4, ?5, zeroblob(?6))",
	[STATEMENT_INTERVAL_EXTEND] =
		"UPDATE interval SET last_run = ?2, last_s = ?3, last = ?4 WHERE id = ?1",
	[STATEMENT_INTERVAL_ALL] = "SELECT id FROM interval ORDER BY id",
	[STATEMENT_INTERVAL_NEWEST] =
		"SELECT domain, first_run, first_s, previous FROM interval ORDER BY id DESC",
	[STATEMENT_EVIDENCE_GET] = "SELECT basis, depth, body FROM evidence WHERE id = ?1",
	[STATEMENT_EVIDENCE_INSERT] = "INSERT INTO evidence(basis, depth, body) VALUES(?1, ?2, ?3)",
	[STATEMENT_STATE_FIND] = "SELECT state FROM address WHERE key = ?1",
	[STATEMENT_STATE_GET] = "SELECT basis, body FROM state WHERE id = ?1",
	[STATEMENT_STATE_INSERT] = "INSERT INTO state(basis, body) VALUES(?1, ?2)",
	[STATEMENT_ADDRESS_INSERT] = "INSERT INTO address(key, state) VALUES(?1, ?2)",
	[STATEMENT_ADDRESS_ALL] = "SELECT key, state FROM address ORDER BY key",
	[STATEMENT_CODE_FIND] = "SELECT id FROM code WHERE text = ?1",
	[STATEMENT_CODE_GET] = "SELECT text FROM code WHERE id = ?1",
	[STATEMENT_CODE_INSERT] = "INSERT INTO code(text) VALUES(?1)",
	[STATEMENT_FINDING_OPEN] =
		"SELECT ordinal, code, server, digest, words, last_s FROM finding"
		" WHERE domain = ?1 AND last_run IS NULL",
	[STATEMENT_FINDING_ORDINAL] = "SELECT max(ordinal) FROM finding WHERE domain = ?1",
	[STATEMENT_FINDING_INSERT] =
		"INSERT INTO finding(domain, ordinal, code, server, digest, words, first_run,"
		" first_s) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[STATEMENT_FINDING_CLOSE] = "UPDATE finding SET last_run = ?3, last_s = ?4"
				    " WHERE domain = ?1 AND ordinal = ?2",
	[STATEMENT_FINDING_NOTE] = "UPDATE finding SET last_s = ?3"
				   " WHERE domain = ?1 AND ordinal = ?2",
	[STATEMENT_FINDING_CHANGE] = "UPDATE finding SET digest = ?3"
				     " WHERE domain = ?1 AND ordinal = ?2",
	[STATEMENT_FINDING_OF] = "SELECT code, server, words, first_run, first_s, last_run, last_s"
				 " FROM finding WHERE domain = ?1 ORDER BY ordinal",
	[STATEMENT_FINDING_ALL] = "SELECT domain, code, first_run, last_run FROM finding"
				  " ORDER BY domain, ordinal",
	[STATEMENT_FINDING_SPANS] = "SELECT domain, first_run, last_run FROM finding"
				    " WHERE code = ?1 ORDER BY domain, ordinal",
	[STATEMENT_WORDS_GET] = "SELECT body FROM words WHERE id = ?1",
	[STATEMENT_WORDS_INSERT] = "INSERT INTO words(body) VALUES(?1)",
	[STATEMENT_WORDS_CHANGE] = "UPDATE words SET body = ?2 WHERE id = ?1",
	[STATEMENT_GAP_OPEN] =
		"SELECT first_run, codes FROM gap"
		" WHERE domain = ?1 AND last_run IS NULL ORDER BY first_run DESC LIMIT 1",
	[STATEMENT_GAP_INSERT] =
		"INSERT OR REPLACE INTO gap(domain, first_run, codes) VALUES(?1, ?2, ?3)",
	[STATEMENT_GAP_CLOSE] = "UPDATE gap SET last_run = ?3 WHERE domain = ?1 AND first_run = ?2",
	[STATEMENT_GAP_OF] = "SELECT codes FROM gap WHERE domain = ?1 AND first_run <= ?2"
			     " AND (last_run IS NULL OR last_run >= ?2)"
			     " ORDER BY first_run DESC LIMIT 1",
	[STATEMENT_GAP_ALL] =
		"SELECT domain, codes FROM gap WHERE first_run <= ?1"
		" AND (last_run IS NULL OR last_run >= ?1) ORDER BY domain, first_run",
	[STATEMENT_GAP_SET_FIND] = "SELECT id FROM gap_set WHERE codes = ?1",
	[STATEMENT_GAP_SET_GET] = "SELECT codes FROM gap_set WHERE id = ?1",
	[STATEMENT_GAP_SET_INSERT] = "INSERT INTO gap_set(codes) VALUES(?1)",
	[STATEMENT_SERVERS_FIND] = "SELECT id FROM servers WHERE key = ?1",
	[STATEMENT_SERVERS_INSERT] = "INSERT INTO servers(key, body) VALUES(?1, ?2)",
	[STATEMENT_SERVERS_ALL] = "SELECT id, body FROM servers ORDER BY id",
	[STATEMENT_ADOPTION_NEWEST] = "SELECT states, servers FROM adoption WHERE domain = ?1"
				      " ORDER BY first_run DESC LIMIT 1",
	[STATEMENT_ADOPTION_PUT] =
		"INSERT OR REPLACE INTO adoption(domain, first_run, states, servers)"
		" VALUES(?1, ?2, ?3, ?4)",
	[STATEMENT_ADOPTION_ALL] = "SELECT domain, first_run, states, servers FROM adoption"
				   " ORDER BY domain, first_run",
	[STATEMENT_ADOPTION_FROM] = "SELECT value FROM meta WHERE key = 'adoption_from'",
	[STATEMENT_EXCEPTION_INSERT] =
		"INSERT INTO exception(kind, about, what, scope, whose, reason, by_whom,"
		" recorded_s, until_s) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	[STATEMENT_EXCEPTION_COUNT] = "SELECT count(*) FROM exception",
	[STATEMENT_EXCEPTION_GET] =
		"SELECT number, kind, about, what, scope, whose, reason, by_whom, recorded_s,"
		" until_s, withdrawn_s, withdrawn_by FROM exception WHERE number = ?1",
	[STATEMENT_EXCEPTION_ALL] =
		"SELECT number, kind, about, what, scope, whose, reason, by_whom, recorded_s,"
		" until_s, withdrawn_s, withdrawn_by FROM exception ORDER BY number",
	[STATEMENT_EXCEPTION_END] = "UPDATE exception SET withdrawn_s = ?2, withdrawn_by = ?3"
				    " WHERE number = ?1 AND withdrawn_s IS NULL",
	[STATEMENT_PARTY_INSERT] =
		"INSERT INTO party(id, edition, added_s, body) VALUES(?1, ?2, ?3, ?4)",
	[STATEMENT_PARTY_NEWEST] = "SELECT id, edition, added_s, body FROM party WHERE id = ?1"
				   " ORDER BY edition DESC LIMIT 1",
	[STATEMENT_PARTY_ALL] =
		"SELECT id, edition, added_s, body FROM party AS one WHERE edition ="
		" (SELECT max(edition) FROM party WHERE id = one.id) ORDER BY id",
	[STATEMENT_PARTY_EDITIONS] = "SELECT id, edition, added_s, body FROM party WHERE id = ?1"
				     " ORDER BY edition",
	[STATEMENT_PARTY_EVERY] =
		"SELECT id, edition, added_s, body FROM party ORDER BY id, edition",
	[STATEMENT_SELF_PUT] = "INSERT OR REPLACE INTO meta(key, value) VALUES('self', ?1)",
	[STATEMENT_SELF_GET] = "SELECT value FROM meta WHERE key = 'self'",
	[STATEMENT_CONTACT_PUT] =
		"INSERT OR REPLACE INTO contact(party, kind, value, tried_s, worked_s, outcome)"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
	[STATEMENT_CONTACT_ALL] = "SELECT party, kind, value, tried_s, worked_s, outcome"
				  " FROM contact WHERE party = ?1 ORDER BY kind, value",
	[STATEMENT_DRAFT_PUT] =
		"INSERT OR REPLACE INTO draft(domain, kind, value, role, name, source, place,"
		" said_s) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[STATEMENT_DRAFT_ALL] = "SELECT domain, kind, value, role, name, source, place, said_s"
				" FROM draft WHERE domain = ?1"
				" ORDER BY source, said_s DESC, role, kind, value",
	[STATEMENT_MESSAGE_INSERT] = "INSERT INTO message(id, case_id, made_s, received_s, body)"
				     " VALUES(?1, ?2, ?3, ?4, ?5)",
	[STATEMENT_MESSAGE_GET] =
		"SELECT id, case_id, made_s, received_s, body FROM message WHERE id = ?1",
	[STATEMENT_MESSAGE_COUNT] = "SELECT count(*), coalesce(sum(length(body)), 0)"
				    " FROM message WHERE case_id = ?1",
	[STATEMENT_MESSAGE_RENEW] = "UPDATE message SET body = ?2 WHERE id = ?1",
	[STATEMENT_MESSAGE_CASE] = "SELECT id, case_id, made_s, received_s, body FROM message"
				   " WHERE case_id = ?1 ORDER BY made_s, id",
	[STATEMENT_MESSAGE_ALL] =
		"SELECT id, case_id, made_s, received_s, body FROM message ORDER BY id",
	[STATEMENT_CASE_ALL] =
		"SELECT case_id, count(*), min(made_s), max(made_s), summary.messages, summary.body"
		" FROM message LEFT JOIN summary USING(case_id) GROUP BY case_id"
		" ORDER BY case_id",
	[STATEMENT_SUMMARY_PUT] =
		"INSERT OR REPLACE INTO summary(case_id, messages, body) VALUES(?1, ?2, ?3)",
	[STATEMENT_DELIVERY_PUT] =
		"INSERT INTO delivery(message, party, way, state, tries, first_s, last_s, detail)"
		" VALUES(?1, ?2, ?3, ?4, 1, ?5, ?5, ?6) ON CONFLICT(message, party, way) DO UPDATE"
		" SET state = CASE WHEN state = 1 THEN 1 ELSE excluded.state END,"
		" tries = tries + 1, last_s = excluded.last_s, detail = excluded.detail",
	[STATEMENT_DELIVERY_OF] =
		"SELECT message, party, way, state, tries, first_s, last_s, detail FROM delivery"
		" WHERE message = ?1 ORDER BY party, way",
	[STATEMENT_DELIVERY_ALL] =
		"SELECT message, party, way, state, tries, first_s, last_s, detail FROM delivery"
		" ORDER BY message, party, way",
	[STATEMENT_PARCEL_PUT] =
		"INSERT OR REPLACE INTO parcel(message, party, key, body) VALUES(?1, ?2, ?3, ?4)",
	[STATEMENT_PARCEL_OF] = "SELECT message, party, key, body FROM parcel WHERE message = ?1",
	[STATEMENT_DELIVERY_FORGET] = "DELETE FROM delivery WHERE message = ?1",
	[STATEMENT_PARCEL_FORGET] = "DELETE FROM parcel WHERE message = ?1",
	[STATEMENT_PARCEL_DROP] = "DELETE FROM parcel WHERE message = ?1 AND party = ?2",
	[STATEMENT_AUDIT_INSERT] = "INSERT INTO audit(id, time_s, who, act, subject, detail, hash)"
				   " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	[STATEMENT_AUDIT_LAST] = "SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1",
	[STATEMENT_AUDIT_ALL] =
		"SELECT id, time_s, who, act, subject, detail, hash FROM audit UNION ALL"
		" SELECT 0, 0, '', '', '', '', value FROM meta WHERE key = 'audit_base'"
		" ORDER BY id",
	[STATEMENT_DELIVERY_EXPIRE] = "DELETE FROM delivery WHERE message IN"
				      " (SELECT id FROM message WHERE case_id = ?1)",
	[STATEMENT_PARCEL_EXPIRE] = "DELETE FROM parcel WHERE message IN"
				    " (SELECT id FROM message WHERE case_id = ?1)",
	[STATEMENT_SUMMARY_EXPIRE] = "DELETE FROM summary WHERE case_id = ?1",
	[STATEMENT_MESSAGE_EXPIRE] = "DELETE FROM message WHERE case_id = ?1",
	[STATEMENT_CONTACT_EXPIRE] = "DELETE FROM contact WHERE tried_s < ?1",
	[STATEMENT_DRAFT_EXPIRE] = "DELETE FROM draft WHERE said_s < ?1",
	/* Before the first that stays, be it by its time or as the newest. */
	[STATEMENT_AUDIT_CUT] =
		"SELECT id, hash FROM audit WHERE id < (SELECT min(id) FROM audit WHERE"
		" time_s >= ?1 OR id = (SELECT max(id) FROM audit)) ORDER BY id DESC LIMIT 1",
	[STATEMENT_AUDIT_EXPIRE] = "DELETE FROM audit WHERE id <= ?1",
	[STATEMENT_AUDIT_BASE_PUT] =
		"INSERT OR REPLACE INTO meta(key, value) VALUES('audit_base', ?1)",
	[STATEMENT_WATCH_INSERT] =
		"INSERT OR IGNORE INTO watch(place, name, since_s, by_whom, list, looked_s,"
		" moved_s, silent_s, full_s, due) VALUES(?1, ?2, ?3, ?4, ?5, 0, 0, 0, 0, 0)",
	[STATEMENT_WATCH_DELETE] = "DELETE FROM watch" OF_WATCH,
	[STATEMENT_WATCH_COUNT] = "SELECT count(*) FROM watch",
	[STATEMENT_WATCH_ALL] = "SELECT " WATCH_COLUMNS " FROM watch ORDER BY name",
	[STATEMENT_WATCH_GET] = "SELECT " WATCH_COLUMNS " FROM watch" OF_WATCH,
	[STATEMENT_WATCH_NEXT] =
		"SELECT " WATCH_COLUMNS " FROM watch WHERE (place, name) > (?1, ?2)"
		" ORDER BY place, name LIMIT ?3",
	/* 4 was not looked at in vain yet, and has not to wait; above it are times. "due > 0" is
	 * what the index asks for. */
	[STATEMENT_WATCH_DUE] =
		"SELECT * FROM (SELECT " WATCH_COLUMNS " FROM watch WHERE due > 0"
		" AND due BETWEEN 2 AND 4 AND (due = 4 OR full_s <= ?1) ORDER BY due DESC LIMIT ?2)"
		" UNION ALL SELECT * FROM (SELECT " WATCH_COLUMNS " FROM watch WHERE due > 0"
		" AND due > 4 AND due <= ?3 AND full_s <= ?1 ORDER BY due LIMIT ?2)"
		" UNION ALL SELECT * FROM (SELECT " WATCH_COLUMNS " FROM watch WHERE due > 0"
		" AND due = 1 LIMIT ?2) LIMIT ?2",
	[STATEMENT_WATCH_SEEN] = "UPDATE watch SET looked_s = ?3, digest = ?4, silent_s = 0,"
				 " due = 1" OF_WATCH,
	[STATEMENT_WATCH_MOVED] = "UPDATE watch SET moved_s = ?3, digest = ?4, doubt = NULL,"
				  " silent_s = 0, due = 4" OF_WATCH,
	[STATEMENT_WATCH_DIFFERS] = "UPDATE watch SET doubt = ?4, silent_s = 0" OF_WATCH,
	[STATEMENT_WATCH_SILENT] = "UPDATE watch SET silent_s = ?3" OF_WATCH,
	[STATEMENT_WATCH_HEARD] = "UPDATE watch SET silent_s = 0, doubt = NULL" OF_WATCH,
	[STATEMENT_WATCH_LOOKED] = "UPDATE watch SET full_s = ?3, due = ?4, told = ?5" OF_WATCH,
	[STATEMENT_WATCH_ROUND_PUT] =
		"INSERT INTO watch_round(began_s, ended_s, looked, silent, differing, moved)"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
	[STATEMENT_WATCH_ROUND_LAST] =
		"SELECT began_s, ended_s, looked, silent, differing, moved FROM watch_round"
		" ORDER BY id DESC LIMIT 1",
	[STATEMENT_IDENTITY_GET] = "SELECT value FROM meta WHERE key = 'identity'",
	[STATEMENT_PID_PUT] = "INSERT OR REPLACE INTO meta(key, value) VALUES('writer', ?1)",
	[STATEMENT_PID_GET] = "SELECT value FROM meta WHERE key = 'writer'",
};

static_assert(WATCH_DUE_FIRST == 1 && WATCH_DUE_MOVED == 4, "as the questions have it");

int store_error(const struct store *store)
{
	/* SQLite does not keep the cause of every failed write; then it is still in errno. */
	int errno_value = sqlite3_system_errno(store->database);
	if (errno_value == 0)
		errno_value = errno;
	switch (sqlite3_errcode(store->database) & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return OK;
	case SQLITE_FULL:
	case SQLITE_READONLY:
		return ERR_FULL;
	case SQLITE_IOERR:
		/* EFBIG: the process's limit of file sizes is a full disk to it. */
		return errno_value == EFBIG ? ERR_FULL
		       : errno_value == 0   ? ERR_IO
					    : error_from_errno(errno_value);
	case SQLITE_CANTOPEN:
		return errno_value == 0 ? ERR_IO : error_from_errno(errno_value);
	case SQLITE_CORRUPT:
		/* So SQLite calls a page that the disk did not give, and keeps no cause. */
		return errno == EIO ? ERR_IO : ERR_DAMAGED;
	case SQLITE_NOTADB:
		return ERR_FORMAT;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERR_BUSY;
	case SQLITE_NOMEM:
		return ERR_MEMORY;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return ERR_PERMISSION;
	case SQLITE_TOOBIG:
		return ERR_LIMIT;
	case SQLITE_CONSTRAINT: /* our own rows contradict each other */
		return ERR_DAMAGED;
	case SQLITE_INTERRUPT:
		return ERR_INTERRUPTED;
	default:
		return ERR_IO;
	}
}

/* What a person can do about it. */
static const char *way_out(int error)
{
	switch (error) {
	case ERR_FULL:
		return "free some space or name another file with --store";
	case ERR_DAMAGED:
		return "restore a copy, or move the file away and scan again";
	case ERR_PERMISSION:
		return "name a file you may write with --store";
	case ERR_FORMAT:
		return "name another file with --store";
	case ERR_BUSY:
		return "try again when it has finished";
	case ERR_MEMORY:
		return "give it more memory";
	default:
		return "look at the disk";
	}
}

static const char *cause(const struct store *store, int error)
{
	if (error == ERR_DAMAGED)
		return "the store is damaged";
	if (error == ERR_FORMAT)
		return "not a dsfi store";
	if (error == ERR_IO && errno == EIO)
		return "the disk failed (input/output error)";
	/* SQLite knows more than our table of errors when it was the one to refuse. */
	if (store->database != NULL && store_error(store) == error && error != ERR_FULL)
		return sqlite3_errmsg(store->database);
	return error == ERR_FULL ? "the disk is full or read-only" : error_text(error);
}

int store_fail(struct store *store, struct complaint *complaint, int error, const char *what)
{
	assert(error < 0);
	return complain(complaint, error, "store '%s': %s: %s; %s", store->path, what,
			cause(store, error), way_out(error));
}

int statement_ready(struct store *store, enum statement which, sqlite3_stmt **ret)
{
	assert(which < STATEMENT_COUNT && texts[which] != NULL);
	sqlite3_stmt *statement = store->statements[which];
	if (statement == NULL) {
		errno = 0;
		int result = sqlite3_prepare_v3(store->database, texts[which], -1,
						SQLITE_PREPARE_PERSISTENT, &statement, NULL);
		if (result != SQLITE_OK) {
			int error = store_error(store);
			/* A table or column that is not there: not the schema its version says. */
			return result == SQLITE_ERROR || error == OK ? ERR_DAMAGED : error;
		}
		store->statements[which] = statement;
	} else {
		(void)sqlite3_reset(statement);
		(void)sqlite3_clear_bindings(statement);
	}
	*ret = statement;
	return OK;
}

int statement_row(struct store *store, sqlite3_stmt *statement, bool *ret_has_row)
{
	assert(sqlite3_db_handle(statement) == store->database);
	errno = 0;
	int result = sqlite3_step(statement);
	if (result == SQLITE_ROW || result == SQLITE_DONE) {
		*ret_has_row = result == SQLITE_ROW;
		return OK;
	}
	int error = store_error(store);
	if (error == OK)
		error = ERR_IO;
	/* A disk that cannot be read ends the transaction as well, whoever was reading: what is
	 * added after that would be kept by itself. */
	if (store->in_transaction && sqlite3_get_autocommit(store->database) != 0)
		store->broken = error;
	return error;
}

int statement_run(struct store *store, sqlite3_stmt *statement)
{
	assert(statement != NULL && sqlite3_bind_parameter_count(statement) < 16);
	bool has_row = true;
	while (has_row) {
		int error = statement_row(store, statement, &has_row);
		if (error != OK)
			return error;
	}
	(void)sqlite3_reset(statement);
	return OK;
}

int statement_simple(struct store *store, enum statement which)
{
	sqlite3_stmt *statement = NULL;
	int error = statement_ready(store, which, &statement);
	return error == OK ? statement_run(store, statement) : error;
}

int column_copy(struct arena *arena, sqlite3_stmt *statement, int column,
		const uint8_t **ret_octets, size_t *ret_size)
{
	assert(column < sqlite3_column_count(statement));
	const void *octets = sqlite3_column_blob(statement, column);
	size_t size = (size_t)sqlite3_column_bytes(statement, column);
	if (octets == NULL) {
		*ret_octets = NULL;
		*ret_size = 0;
		return OK;
	}
	uint8_t *copy = arena_take_octets(arena, size);
	if (copy == NULL)
		return ERR_MEMORY;
	memcpy(copy, octets, size);
	*ret_octets = copy;
	*ret_size = size;
	return OK;
}
