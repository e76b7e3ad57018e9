#!/usr/bin/env bash
# The layout of every C file is what .clang-format makes of it.
set -euo pipefail
cd "$(dirname "$0")/../.."
find . \( -name build -o -name node_modules \) -prune -o -name '*.[ch]' -print0 |
	xargs -0 clang-format --dry-run -Werror
