# What the tests of the installed library share. Sourced by them.
# shellcheck shell=bash

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
	echo "$*" >&2
	exit 1
}

# use_prefix PREFIX: pkg-config finds frust there.
use_prefix() {
	local pc
	pc=$(find "$1" -name frust.pc)
	[ -n "$pc" ] || fail "no frust.pc under $1"
	PKG_CONFIG_PATH=$(dirname "$pc")
	export PKG_CONFIG_PATH
}

# needs_libfrust PROGRAM: whether it loads the shared library.
needs_libfrust() {
	readelf -d "$1" | grep -q 'NEEDED.*\[libfrust\.so\.'
}

# gives EXPECTED COMMAND…: what the command prints, all of it.
gives() {
	local expected=$1 actual
	shift
	actual=$("$@") || fail "status $? from: $*"
	[ "$actual" = "$expected" ] || fail "$*
  gave     $actual
  expected $expected"
}

# refuses STATUS WORDS COMMAND…: the command ends with the status and says the words on stderr.
refuses() {
	local expected=$1 words=$2 status=0 said
	shift 2
	said=$("$@" 2>&1 >/dev/null) || status=$?
	[ "$status" -eq "$expected" ] || fail "status $status, not $expected, from: $*: $said"
	[[ $said == *"$words"* ]] || fail "not said by $*: $words, but: $said"
}

# run_examples DIR: the programs do what their first lines promise.
run_examples() {
	local db=$scratch/run.sqlite dir=$1 now json
	rm -f "$db"*

	now=$(date +%s)
	json=$("$dir/add_click" "$db" ' Anna ' 'say "hello"' big)
	[[ $json =~ ^\{\"user\":\"Anna\",\"comment\":\"say\ \\\"hello\\\"\",\"style\":\"big\",\"timestamp\":([0-9]+)\}$ ]] ||
		fail "add_click gave $json"
	[ "${BASH_REMATCH[1]}" -ge "$now" ] || fail "a click before its time: $json"
	"$dir/add_click" "$db" Anna >/dev/null
	refuses 1 user "$dir/add_click" "$db" 'A name of too many letters'
	refuses 2 usage: "$dir/add_click" "$db"

	gives $'line 1: click 3\nline 2: click 4\nline 3: click 5\nline 4: click 6' \
		"$dir/live_writer" "$db" Bert < <(printf 'one\ntwo\n\nlast')
	refuses 1 'line 2: ' "$dir/live_writer" "$db" Anna < <(printf 'fine\n%0100d\n' 0)
	gives '' "$dir/live_writer" "$db" Anna </dev/null

	gives $'       4  Bert\n       3  Anna' "$dir/top_users" "$db"
	gives '       4  Bert' "$dir/top_users" "$db" 1
	refuses 1 "$scratch/none" "$dir/top_users" "$scratch/none"
	refuses 2 usage: "$dir/top_users" "$db" 0

	[[ $("$dir/hourly_report" "$db") =~ ^[0-9][0-9]:00\ .*total\ +7\ clicks\ +0\ events$ ]] ||
		fail "hourly_report gave $("$dir/hourly_report" "$db")"
	refuses 1 Atlantis "$dir/hourly_report" "$db" Europe/Atlantis
}
