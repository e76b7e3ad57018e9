#!/bin/sh
# What the shared library exports, what libfrust.map lists and what the public headers declare are
# the same names.   usage: exports.sh SOURCE_DIR LIBRARY
set -eu

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

grep -ohE '^FRUST_API [^(]*\(' "$1"/include/frust/*.h | grep -oE 'frust_[a-z_]+\($' | tr -d '(' | sort >"$scratch/headers"
sed -n '/^global:/,/^local:/s/^\t\(frust_.*\);$/\1/p' "$1/libfrust/libfrust.map" | sort >"$scratch/map"
nm -D --defined-only "$2" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort >"$scratch/library"

test -s "$scratch/headers"
diff -u "$scratch/headers" "$scratch/map"
diff -u "$scratch/headers" "$scratch/library"
