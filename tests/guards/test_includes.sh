#!/usr/bin/env bash
# The layers hold: no source of the project breaks the rules of includes.awk, and the rules catch
# what they are there for.
set -euo pipefail
cd "$(dirname "$0")/../.."
rules=$PWD/tests/guards/includes.awk

dirs=(libfrust frustd frustctl include)
[ ! -d examples ] || dirs+=(examples)
find "${dirs[@]}" -name '*.[ch]' -print0 | sort -z | xargs -0 awk -f "$rules"

scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
cd "$scratch"

# caught FILE INCLUDE…: a file with these includes must break a rule.
caught() {
	local file=$1
	shift
	mkdir -p "$(dirname "$file")"
	printf '#include %s\n' "$@" >"$file"
	! awk -f "$rules" "$file" >/dev/null || {
		echo "not caught: $file including $*"
		exit 1
	}
}

caught libfrust/base/a.c '"net/conn.h"'
caught libfrust/base/b.c '<frust/frust.h>'
caught libfrust/c.c '"net/conn.h"'
caught libfrust/d.c '<uv.h>'
caught libfrust/e.c '<sqlite3.h>'
caught frustd/net/f.c '"httpd/server.h"'
caught frustd/httpd/g.c '<uv.h>'
caught frustd/ws/h.c '"eio/session.h"'
caught frustd/eio/i.h '"sio/server.h"'
caught frustd/sio/j.c '<frust/types.h>'
caught frustd/sio/k.c '"app/hub.h"'
caught frustd/app/l.c '"store.h/x.h"'
caught frustd/app/m.c '<sqlite3.h>'
caught frustctl/n.c '"base/buf.h"'
caught examples/o.c '"base/buf.h"'
touch frustd/net/own.h
caught frustd/net/own.c '<stdio.h>' '"net/own.h"'
