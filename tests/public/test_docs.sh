#!/usr/bin/env bash
# The reference is made without a warning: every entry of the public headers has its words.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT

"$(dirname "$0")/../../script/docs" "$scratch"
for page in frust_8h types_8h db_8h query_8h writer_8h care_8h json_8h zone_8h; do
	[ -s "$scratch/html/$page.html" ] || { echo "no $page.html"; exit 1; }
done
# the words before a function, and those behind the first of two members
grep -q 'in one transaction: all or none' "$scratch/html/db_8h.html"
[ "$(grep -c 'rows of counters' "$scratch/html/structfrust__receipt.html")" -eq 2 ]
