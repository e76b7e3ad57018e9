#!/usr/bin/env bash
# Each header stands alone: compiled by itself, and twice, it needs nothing before it.
#   test_headers.sh BUILD [CC]
set -euo pipefail
cd "$(dirname "$0")/../.."
build=$1 cc=${2:-cc}

failed=0
while IFS= read -r header; do
	"$cc" -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only \
		-Iinclude -I"$build/include" -Ilibfrust -Ifrustd -Itests \
		-include "$header" -include "$header" -x c /dev/null || {
		echo "$header does not stand alone"
		failed=1
	}
done < <(find libfrust frustd frustctl include tests -name '*.h' -not -path '*/node_modules/*' | sort)
exit $failed
