#!/usr/bin/env bash
# The layout of every C file is what .clang-format makes of it.
set -euo pipefail
cd "$(dirname "$0")/../.."
find libfrust frustd frustctl include examples tests bench -name '*.[ch]' -not -path '*/node_modules/*' -print0 |
	xargs -0 clang-format --dry-run -Werror
