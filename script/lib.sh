# What the scripts share. Sourced by them from the project's root.
# shellcheck shell=bash

LOGS=build/logs

say() {
	printf '%s: %s\n' "${0##*/}" "$*"
}

# run WHAT COMMAND…: one line while it goes well, the command's whole output when it does not.
run() {
	local what=$1 log
	shift
	mkdir -p "$LOGS"
	log=$LOGS/${what//[^a-z0-9]/-}.log
	say "$what"
	"$@" >"$log" 2>&1 || {
		local status=$?
		cat "$log"
		say "failed: $what (status $status, log in $log)"
		return "$status"
	}
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		say "needs root or sudo to install packages" >&2
		return 1
	fi
}

apt_install() {
	# another apt-get that is at work is waited for
	local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600)
	compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null || as_root "${apt[@]}" update
	# A list from before the last point release names versions that are gone: look again, once.
	as_root "${apt[@]}" install -y --no-install-recommends "$@" || {
		as_root "${apt[@]}" update
		as_root "${apt[@]}" install -y --no-install-recommends "$@"
	}
}

# Installs those of the named Debian packages that are missing.
need_packages() {
	local package missing=()
	command -v dpkg-query >/dev/null || {
		say "not a Debian: make sure that there is what these have: $*"
		return 0
	}
	for package in "$@"; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
			missing+=("$package")
	done
	[ ${#missing[@]} -eq 0 ] || run "installing ${missing[*]}" apt_install "${missing[@]}"
}

need_build_packages() {
	need_packages gcc libc6-dev cmake ninja-build pkg-config \
		libuv1-dev libwslay-dev libhttp-parser-dev libsqlite3-dev libjsmn-dev zlib1g-dev \
		libcurl4-openssl-dev
}

need_test_packages() {
	need_packages g++ doxygen libcmocka-dev sqlite3 clang-format shellcheck ca-certificates mandoc \
		fish zsh
	need_nginx
	need_systemd
	need_node
}

# For its tools, which need no system that runs by it.
need_systemd() {
	command -v systemd-socket-activate >/dev/null || need_packages systemd
}

# Debian starts the nginx that it installs, on port 80; the tests start their own.
need_nginx() {
	[ ! -x /usr/sbin/nginx ] || return 0
	need_packages nginx-light
	[ ! -d /run/systemd/system ] || as_root systemctl disable --now --quiet nginx
}

# Prometheus' promtool alone, as build/tools/promtool: its package is large and starts a service.
need_promtool() {
	[ ! -x build/tools/promtool ] && [ ! -x /usr/bin/promtool ] || return 0
	command -v apt-get >/dev/null || return 0
	run "fetching promtool" fetch_promtool
}

download_prometheus() {
	(cd "$1" && apt-get -q download prometheus)
}

fetch_promtool() {
	local scratch status=0
	scratch=$(mktemp -d)
	{ download_prometheus "$scratch" || { as_root apt-get -q update && download_prometheus "$scratch"; }; } &&
		dpkg-deb --fsys-tarfile "$scratch"/prometheus_*.deb | tar -xC "$scratch" ./usr/bin/promtool &&
		mkdir -p build/tools &&
		cp "$scratch/usr/bin/promtool" build/tools/ || status=$?
	rm -r "$scratch"
	return "$status"
}

# Debian's Chromium and fonts for what it draws.
need_browser() {
	need_packages chromium fonts-dejavu-core fonts-liberation fonts-noto-color-emoji
}

# What the page that frustd embeds is made from.
need_page() {
	need_node
	need_modules frustd/web
}

# Debian's node and npm, unless another node is there: the two do not go together.
need_node() {
	local missing=()
	command -v node >/dev/null || missing+=(nodejs)
	command -v npm >/dev/null || missing+=(npm)
	[ ${#missing[@]} -eq 0 ] || need_packages "${missing[@]}"
}

# need_modules DIR: what the folder's lock file names, unless it is there already.
need_modules() {
	local mark=$1/node_modules/.installed-lock
	cmp -s "$1/package-lock.json" "$mark" && return
	run "installing npm packages in $1" npm --prefix "$1" ci --no-audit --no-fund
	cp "$1/package-lock.json" "$mark"
}

# build PRESET [TARGET…]
build() {
	local preset=$1
	shift
	[ -f "build/$preset/build.ninja" ] || run "configuring build/$preset" cmake --preset "$preset"
	run "building build/$preset" cmake --build "build/$preset" ${1:+--target "$@"}
}

# --- tests and their counts ---

passed=0 failed=0 skipped=0

# count BUILD STATUS: adds up what the tests themselves counted in ctest's log.
count() {
	local p=0 f=0 s=0
	[ ! -f "$1/Testing/Temporary/LastTest.log" ] ||
		read -r p f s < <(awk -f script/count.awk "$1/Testing/Temporary/LastTest.log")
	[ "$2" -eq 0 ] || [ "$f" -gt 0 ] || f=1
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

# tests PRESET COMMAND…: runs the ctest command in build/PRESET.
tests() {
	local build=build/$1 status=0
	shift
	say "testing $build"
	rm -f "$build/Testing/Temporary/LastTest.log"
	"$@" --test-dir "$build" --no-tests=ignore --output-on-failure -j "$(nproc)" \
		>"$LOGS/test.log" 2>&1 || status=$?
	if [ "$status" -eq 0 ]; then
		grep -E 'tests passed|^Total Test time|No tests were found' "$LOGS/test.log"
	else
		cat "$LOGS/test.log"
	fi
	count "$build" "$status"
}

# Ends with the counts, as the script's last command.
conclude() {
	[ $((passed + failed + skipped)) -gt 0 ] || { say "no test ran" && failed=1; }
	if [ "$skipped" -eq 0 ]; then
		echo "$passed passed, $failed failed"
	else
		echo "$passed passed, $failed failed, $skipped skipped"
	fi
	[ "$failed" -eq 0 ]
}
