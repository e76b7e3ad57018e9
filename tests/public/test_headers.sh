#!/usr/bin/env bash
# Each public header stands alone and is clean C11 and C++17, whatever warnings its user likes; a C++
# program links.   test_headers.sh PREFIX
set -euo pipefail
# shellcheck source=tests/public/lib.sh
. "$(dirname "$0")/lib.sh"
prefix=$1
here=$(cd "$(dirname "$0")" && pwd)

# Not -Wshadow with C++: there a function may share a struct's name, and it warns of that.
strict=(-Wall -Wextra -Wpedantic -pedantic-errors -Wconversion -Wundef -Wcast-qual -Wwrite-strings
	-Werror -fsyntax-only)
for header in "$prefix"/include/frust/*.h; do
	header=frust/${header##*/}
	printf '#include <%s>\n#include <%s>\nextern int some;\n' "$header" "$header" >"$scratch/one.c"
	cp "$scratch/one.c" "$scratch/one.cc"
	"$CC" -std=c11 "${strict[@]}" -Wstrict-prototypes -Wmissing-prototypes -Wshadow \
		-Wold-style-definition -I"$prefix/include" "$scratch/one.c" || fail "C11: $header"
	"$CXX" -std=c++17 "${strict[@]}" -Wold-style-cast -Wzero-as-null-pointer-constant \
		-I"$prefix/include" "$scratch/one.cc" || fail "C++17: $header"
done

use_prefix "$prefix"
# shellcheck disable=SC2046,SC2086 # lists of options
"$CXX" -std=c++17 -Wall -Wextra -Wpedantic -Wzero-as-null-pointer-constant -Werror ${CXXFLAGS:-} \
	-o "$scratch/use" "$here/use.cc" $(pkg-config --cflags --libs frust)
LD_LIBRARY_PATH=$(pkg-config --variable=libdir frust) "$scratch/use" "$scratch/db.sqlite"
