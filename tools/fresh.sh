#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The README's promise, kept or not: in a minimal Debian 12 with nothing but git, make and
# ca-certificates, a clone of this tree runs `make demo` and `make test`.
#
# The root is made by mmdebstrap from this machine's own apt sources and thrown away afterwards. As
# root it is entered in namespaces of its own; otherwise in a user namespace.
#   tools/fresh.sh [COMMAND]   another command in place of the two
# shellcheck disable=SC2016 # what another shell shall expand stands in single quotes
set -eu
cd "$(dirname "$0")/.."

commands=${1:-make demo && make test}
packages='git make ca-certificates'
place=$(mktemp -d "${TMPDIR:-/tmp}/fresh.XXXXXX")
trap 'rm -rf --one-file-system "$place"' EXIT
trap 'exit 130' INT TERM

# mmdebstrap takes apt's sources as a file; both formats may be in use.
{
	cat /etc/apt/sources.list 2>/dev/null || true
	cat /etc/apt/sources.list.d/*.list 2>/dev/null || true
} >"$place/one-line.list"
set --
[ ! -s "$place/one-line.list" ] || set -- "$place/one-line.list"
for file in /etc/apt/sources.list.d/*.sources; do
	[ ! -e "$file" ] || set -- "$@" "$file"
done

git clone -q --no-hardlinks . "$place/dsfi"
cat >"$place/inside.sh" <<'INSIDE'
set -eu
cd /root/dsfi
exec 2>&1
INSIDE
printf '%s\n' "$commands" >>"$place/inside.sh"

# The run happens in a customize hook, where mmdebstrap has /proc, /dev and /sys mounted with and
# without root. The root is entered by pivot_root: a chroot may not make user namespaces, and worlds
# live in them.
cat >"$place/enter.sh" <<'ENTER'
set -eu
mount --rbind "$1" "$1"
# mmdebstrap's /proc is read-only, and user namespaces are set up by writing there.
mount -t proc proc "$1/proc"
cd "$1"
mkdir -p .outside
pivot_root . .outside
cd /
umount -l /.outside
rmdir /.outside
exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb sh /root/inside.sh
ENTER
mode=unshare
[ "$(id -u)" != 0 ] || mode=root
echo "fresh: a minimal Debian 12 with $packages, then: $commands"
started=$(date +%s)
status=0
mmdebstrap --quiet --mode=$mode --variant=minbase --format=null --include="$(echo "$packages" | tr ' ' ,)" \
	--setup-hook='mkdir -p "$1/etc/apt/apt.conf.d" && cp /etc/apt/apt.conf.d/* "$1/etc/apt/apt.conf.d/"' \
	--customize-hook="cp /etc/resolv.conf \"\$1/etc/resolv.conf\"" \
	--customize-hook="mkdir -p \"\$1/root\" && cp -a '$place/dsfi' \"\$1/root/dsfi\"" \
	--customize-hook="cp '$place/inside.sh' \"\$1/root/inside.sh\"" \
	--customize-hook="unshare --mount --pid --fork --kill-child sh '$place/enter.sh' \"\$1\"" \
	bookworm /dev/null "$@" || status=$?
seconds=$(($(date +%s) - started))
if [ "$status" = 0 ]; then
	echo "fresh: passed in $seconds s"
else
	echo "fresh: FAILED after $seconds s"
fi
exit "$status"
