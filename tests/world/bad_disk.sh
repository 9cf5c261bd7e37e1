#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A disk that returns errors, while a scan writes its store and while others read it: one line says what
# happened and what to do, by exit code 4; what was kept is said, and is there; when the disk works
# again, --resume does the rest. Prints TAP. The store's own tests fail each call one by one; this is
# what a person sees.
# timeout: 300
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
cd "$folder" || exit 1

# A library between the program and the system: calls on files named bad.db* fail from the n-th on. Who
# writes the store is shut in and cannot open what it would need for that: it is open from the start.
cat >bad_disk.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FILES 1024

static int log_file = -1, when_file = -1;
static char is_bad[FILES];

__attribute__((constructor)) static void begin(void)
{
	const char *when = getenv("BAD_FILE");
	/* Out of the way of the numbers that a parent gives. */
	log_file = fcntl(open(getenv("BAD_LOG"), O_CREAT | O_WRONLY | O_CLOEXEC, 0644), F_DUPFD_CLOEXEC, 700);
	if (when != NULL)
		when_file = fcntl(open(when, O_CREAT | O_RDONLY | O_CLOEXEC, 0644), F_DUPFD_CLOEXEC, 700);
}

/* BAD_CALL fails by BAD_CAUSE from the BAD_NTH time on, or once BAD_FILE holds something; then BAD_LOG
 * does. */
static int fails(const char *call, int file)
{
	static int count;
	struct stat when;
	const char *wanted = getenv("BAD_CALL");
	if (wanted == NULL || strcmp(wanted, call) != 0 || file < 0 || file >= FILES || !is_bad[file])
		return 0;
	if (when_file >= 0 ? fstat(when_file, &when) != 0 || when.st_size == 0
			   : ++count < atoi(getenv("BAD_NTH")))
		return 0;
	if (write(log_file, "x", 1) != 1)
		abort();
	errno = atoi(getenv("BAD_CAUSE"));
	return 1;
}
static int opened(const char *path, int file)
{
	if (file >= 0 && file < FILES)
		is_bad[file] = strstr(path, "bad.db") != NULL;
	return file;
}
int open64(const char *path, int flags, ...)
{
	va_list rest;
	va_start(rest, flags);
	const mode_t mode = va_arg(rest, mode_t);
	va_end(rest);
	return opened(path, NEXT(open64)(path, flags, mode));
}
ssize_t pread64(int file, void *octets, size_t size, off64_t offset)
{
	return fails("pread64", file) ? -1 : NEXT(pread64)(file, octets, size, offset);
}
ssize_t pwrite64(int file, const void *octets, size_t size, off64_t offset)
{
	return fails("pwrite64", file) ? -1 : NEXT(pwrite64)(file, octets, size, offset);
}
int fdatasync(int file)
{
	return fails("fdatasync", file) ? -1 : NEXT(fdatasync)(file);
}
int fsync(int file)
{
	return fails("fdatasync", file) ? -1 : NEXT(fsync)(file);
}
C
if [ -n "${DSFI_SANITIZED:-}" ]; then
	echo '1..0 # SKIP sanitizers want to be the first library'
	exit 0
fi
if ! cc -D_LARGEFILE64_SOURCE -shared -fPIC -o bad_disk.so bad_disk.c -ldl 2>err; then
	echo '1..0 # SKIP no compiler'
	exit 0
fi

"$DSFI" world make --domains 150 --seed 3 --faults 40 --behaviours 0 --signed 50 >world
"$DSFI" world targets world >targets
domain=$(head -n 1 targets)
export BAD_LOG="$folder/failed"

# with CALL NTH CAUSE COMMAND...: the command on a bad disk.
with() {
	export BAD_CALL="$1" BAD_NTH="$2" BAD_CAUSE="$3"
	shift 3
	rm -f failed
	timeout 60 env LD_PRELOAD="$folder/bad_disk.so" "$@" >out 2>err </dev/null
}
# The only line in err names the store and, behind a semicolon, says what to do.
one_line() {
	[ "$(wc -l <err)" = 1 ] && grep -q "'bad.db': .*; [a-z]" err
}
# whole COUNT: so many domains are there.
kept() {
	[ "$("$DSFI" report --store bad.db --json 2>>err | head -n 1 | sed -n 's/.*"domains":\([0-9]*\),"good".*/\1/p')" = "$1" ]
}

"$DSFI" world run world -- "$DSFI" check --quiet --targets targets --store good.db --fail-on never >good.out 2>err
point $? 'an undisturbed scan'

# The causes: 5 EIO, 28 ENOSPC, 30 EROFS.
while read -r call nth cause said; do
	rm -f bad.db*
	with "$call" "$nth" "$cause" "$DSFI" world run world -- "$DSFI" check --quiet --targets targets \
		--store bad.db --fail-on never
	code=$?
	[ -s failed ] && [ $code = 4 ] && one_line && grep -q "$said" err
	point $? "$call fails from call $nth on, cause $cause: exit code 4 ($code), one line"
	"$DSFI" world run world -- "$DSFI" check --quiet --targets targets --store bad.db --resume \
		--fail-on never >out 2>err && [ ! -s err ] && kept 150
	point $? '... and the rest is done when it works again'
done <<'CASES'
pwrite64 1 5 look at the disk
pwrite64 40 30 read-only
pwrite64 90 28 free some space
fdatasync 1 5 look at the disk
fdatasync 8 5 look at the disk
pread64 6 5 look at the disk
CASES

# After a commit: how many are kept is said, and is so.
rm -f bad.db* sick
cat >inside <<'INSIDE'
timeout 60 env LD_PRELOAD="$PWD/bad_disk.so" "$DSFI" check --quiet --targets targets --store bad.db \
	--fail-on never --rate 500 --in-flight 20 >out 2>err &
scan=$!
tries=0
until "$DSFI" report --store bad.db --json 2>/dev/null | head -n 1 | grep -q '"domains":[1-9]' ||
	[ $tries -gt 200 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
echo sick >sick
wait $scan
echo $? >code
INSIDE
rm -f failed
BAD_CALL=pwrite64 BAD_CAUSE=5 BAD_FILE="$folder/sick" "$DSFI" world run world -- sh inside 2>err.inside
kept=$(sed -n 's/.*; \([0-9]*\) domains are kept; when that is mended, go on with the same command and --resume$/\1/p' err)
[ "$(cat code)" = 4 ] && one_line && [ "${kept:-0}" -gt 0 ] && [ -s failed ]
point $? "a disk that fails later: one line says what is kept (${kept:-0} domains) and how to go on"
kept "${kept:-0}"
point $? '... which is so'
"$DSFI" world run world -- "$DSFI" check --targets targets --store bad.db --resume --fail-on never >out 2>err &&
	grep -q "$kept were in the store already" err && kept 150
point $? '... and --resume does the rest, and only that'

# Who reads.
rm -f bad.db*
cp good.db bad.db
for nth in 1 2 3 4 6 9; do
	for command in 'report --json' 'report --quiet --html bad.html' "history $domain" \
		"history --quiet --html bad.html $domain"; do
		# shellcheck disable=SC2086 # words are words
		with pread64 $nth 5 "$DSFI" $command --store bad.db
		code=$?
		[ -s failed ] || continue
		[ $code = 4 ] && one_line && [ ! -e bad.html ]
		point $? "$command, reading fails from call $nth on: exit code 4 ($code), one line"
	done
done
cmp -s good.db bad.db
point $? 'whoever reads changes nothing'

finish
