#!/usr/bin/env bash
# The scripts hold what shellcheck asks of them.
set -euo pipefail
cd "$(dirname "$0")/../.."
shellcheck -x script/abi script/check script/bench script/docs script/faults script/fuzz script/hostile script/server script/test script/lib.sh script/package .ci/run \
	tests/guards/*.sh tests/public/*.sh tests/packaging/run packaging/container/{build,install-frust,healthy} \
	packaging/debian/{postinst,prerm,postrm} bench/make_db bench/frustctl packaging/completions/*.bash
