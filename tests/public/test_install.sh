#!/usr/bin/env bash
# An installation has all of its parts, and can be moved: what the other tests use was.
#   test_install.sh BUILD PREFIX
set -euo pipefail
# shellcheck source=tests/public/lib.sh
. "$(dirname "$0")/lib.sh"
build=$1 prefix=$2

rm -rf "$prefix" "$prefix.before"
cmake --install "$build" --prefix "$prefix.before" >"$scratch/log" || fail "$(cat "$scratch/log")"
mv "$prefix.before" "$prefix"

for file in bin/frustd bin/frustctl include/frust/{frust,types,db,query,writer,care,json,zone,version}.h \
	'lib*/libfrust.a' 'lib*/libfrust.so' 'lib*/cmake/frust/frustConfig.cmake' \
	share/man/man1/frustctl.1 share/man/man3/libfrust.3 share/man/man5/frust-{db,export}.5 \
	share/man/man8/frustd.8 share/bash-completion/completions/frustctl \
	share/zsh/site-functions/_frustctl share/fish/vendor_completions.d/frustctl.fish; do
	find "$prefix" -path "$prefix/$file" | grep -q . || fail "not installed: $file"
done
gives '' find "$prefix" \( -name '*.c' -o -name '*.in' -o -path '*/include/*' -name '*sqlite*' \)
if grep -rlF "$prefix.before" "$prefix" --include='*.cmake' --include='*.pc'; then
	fail "these name the prefix"
fi

# The service is what was installed beside it, and an operator's file outlives the next installation.
service=$prefix/lib/systemd/system/frustd.service conf=etc/frust/frustd.conf
grep -qx "ExecStart=$prefix.before/bin/frustd --config $prefix.before/$conf" "$service" || fail "$(grep ^Exec "$service")"
echo "user-max = 20" >"$prefix/$conf"
cmake --install "$build" --prefix "$prefix" >"$scratch/log" || fail "$(cat "$scratch/log")"
gives "user-max = 20" cat "$prefix/$conf"

library=$(find "$prefix" -name libfrust.so)
soname=$(readelf -d "$library" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')
[[ $soname =~ ^libfrust\.so\.[0-9]+$ ]] || fail "SONAME: $soname"
[ -e "$(dirname "$library")/$soname" ] || fail "no $soname beside libfrust.so"

use_prefix "$prefix"
gives "$(sed -n 's/^#define FRUST_VERSION "\(.*\)"/\1/p' "$prefix/include/frust/version.h")" \
	pkg-config --modversion frust
"$prefix/bin/frustctl" --version >/dev/null
"$prefix/bin/frustd" --version >/dev/null
