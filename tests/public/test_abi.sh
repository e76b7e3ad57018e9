#!/usr/bin/env bash
# The library's binary interface is what libfrust/abi.txt says, and the last change of that file came
# with a new SONAME or a line in the changelog.   test_abi.sh BUILD
set -euo pipefail
cd "$(dirname "$0")/../.."

script/abi "$1" | diff -u libfrust/abi.txt - || {
	echo "meant so? script/abi $1 >libfrust/abi.txt, with a new FRUST_ABI or a line in CHANGELOG.md"
	exit 1
}

# told WHAT GIT-COMMAND…: the change, which git shows, has told of itself.
told() {
	local what=$1 change
	shift
	change=$("$@" -- libfrust/abi.txt CHANGELOG.md CMakeLists.txt)
	grep -q '^+++ b/libfrust/abi.txt' <<<"$change" || return 0
	grep -Eq '^[+]{3} b/CHANGELOG.md|^[+]set\(FRUST_ABI ' <<<"$change" || {
		echo "$what changes libfrust/abi.txt alone: a new FRUST_ABI or a line in CHANGELOG.md is missing"
		exit 1
	}
}

git rev-parse --git-dir >/dev/null 2>&1 || exit 0 # not a clone: the history was looked at elsewhere
told "the working tree" git diff HEAD
last=$(git log -1 --format=%h -- libfrust/abi.txt)
[ -z "$last" ] || told "$last" git show --format= "$last"
