#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# timeout: 300
# Report, letter, history and case in a headless Chromium: light, dark, printed and at 320 pixels, with a
# script and without. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
needs python3
needs chromium chromedriver
if ! "$DSFI_SOURCE/tools/sample-pages" "$folder/pages" 100 >"$folder/out" 2>"$folder/err" ||
	! DSFI_GALLERY=$folder/pages/gallery.html "$DSFI_BUILD/test_tell_page_gallery" >"$folder/out" 2>"$folder/err" ||
	! DSFI_CASE_PAGE=$folder/pages/case-hostile.html "$DSFI_BUILD/test_tell_case_page" >"$folder/out" 2>"$folder/err"; then
	point 1 'there are pages to look at'
	finish
	exit 1
fi
python3 "$DSFI_SOURCE/tests/world/pages.py" "$folder/pages" "$DSFI_BUILD/axe"
