#!/usr/bin/env bash
# Each example is built with what pkg-config says, against the shared and the static library, and
# runs.   test_pkg_config.sh PREFIX
set -euo pipefail
# shellcheck source=tests/public/lib.sh
. "$(dirname "$0")/lib.sh"
examples=$(cd "$(dirname "$0")/../../examples" && pwd)
use_prefix "$1"
cd "$scratch"

# build DIR LIBS…: the examples, as C11 without a compiler's extensions.
build() {
	local dir=$1 source
	shift
	mkdir "$dir"
	for source in "$examples"/*.c; do
		# shellcheck disable=SC2046,SC2086 # lists of options
		"$CC" -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wcast-qual -Wstrict-prototypes -Werror \
			${CFLAGS:-} $(pkg-config --cflags frust) "$source" \
			-o "$dir/$(basename "$source" .c)" "$@"
	done
}

read -ra shared < <(pkg-config --libs frust)
read -ra static < <(pkg-config --static --libs frust | sed 's/-lfrust /-l:libfrust.a /')
build shared "${shared[@]}"
build static "${static[@]}"

needs_libfrust shared/add_click || fail "the shared library is not what was linked"
! needs_libfrust static/add_click || fail "the archive is not what was linked"
run_examples static
LD_LIBRARY_PATH=$(pkg-config --variable=libdir frust)
export LD_LIBRARY_PATH
run_examples shared
