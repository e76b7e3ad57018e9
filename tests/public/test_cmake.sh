#!/usr/bin/env bash
# examples/ is a CMake project of its own: find_package(frust) finds the installed library, and each
# example links the shared and the static one and runs.   test_cmake.sh PREFIX
set -euo pipefail
# shellcheck source=tests/public/lib.sh
. "$(dirname "$0")/lib.sh"
prefix=$1
examples=$(cd "$(dirname "$0")/../../examples" && pwd)
cd "$scratch"

for library in frust frust_static; do
	{
		cmake -G Ninja -S "$examples" -B "$library" -DCMAKE_PREFIX_PATH="$prefix" \
			-DFRUST_LIBRARY="frust::$library" -DCMAKE_COMPILE_WARNING_AS_ERROR=ON &&
			cmake --build "$library"
	} >log 2>&1 || fail "$(cat log)"
	run_examples "$scratch/$library"
done
needs_libfrust frust/add_click || fail "frust::frust is not the shared library"
! needs_libfrust frust_static/add_click || fail "frust::frust_static is not the archive"
