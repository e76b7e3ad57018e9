# Holds the layers apart. Reads sources (paths from the project's root) and prints a line for each
# #include that breaks a rule; exits 1 when there was one.
#
#   base ← libfrust        base ← net ← httpd ← ws ← eio ← sio ← app → libfrust's public headers
#   frustctl, examples: <frust/…> and their own files; frustd/doctor: base and its own
#
# Further: each third-party header has one door, and a source names its own header first.

BEGIN {
	split("base net httpd ws eio sio app", order)
	for (i in order)
		rank[order[i]] = i + 0

	door["uv.h"] = "^frustd/net/"
	door["zlib.h"] = "^frustd/net/deflate[.]c$"
	door["http_parser.h"] = "^frustd/httpd/parser[.]c$"
	door["wslay/wslay.h"] = "^frustd/ws/"
	door["sqlite3.h"] = "^libfrust/(store|schema)_sqlite"
	door["curl/curl.h"] = "^frustd/doctor/visit[.]c$"
	door["jsmn.h"] = "^libfrust/base/json[.]c$"
}

function complain(what)
{
	printf "%s:%d: %s\n", FILENAME, FNR, what
	bad = 1
}

# The layer that a file belongs to: base, libfrust, net … app, frustctl, examples, public.
function layer_of(file, parts)
{
	split(file, parts, "/")
	if (parts[1] == "libfrust")
		return parts[2] == "base" ? "base" : "libfrust"
	if (parts[1] == "frustd")
		return parts[2] in rank || parts[2] == "doctor" ? parts[2] : "app"
	return parts[1] == "include" ? "public" : parts[1]
}

# Whether a file of layer `from` may include the project's header of layer `to`.
function allowed(from, to)
{
	if (to == "public") # <frust/…>
		return from !~ /^(base|net|httpd|ws|eio|sio)$/
	if (from in rank)
		return to in rank && rank[to] <= rank[from]
	if (from == "libfrust" || from == "doctor")
		return to == "base" || to == from
	return to == from
}

FNR == 1 {
	layer = layer_of(FILENAME)
	own = FILENAME
	sub(/^(libfrust|frustd|frustctl)\//, "", own)
	sub(/[.]c$/, ".h", own)
	own_file = FILENAME
	sub(/[.]c$/, ".h", own_file)
	has_own = FILENAME ~ /[.]c$/ && (getline line < own_file) >= 0
	close(own_file)
	first = 1
}

/^[ \t]*#[ \t]*include/ {
	name = $0
	sub(/^[^<"]*[<"]/, "", name)
	sub(/[>"].*$/, "", name)

	if (first && has_own && name != own)
		complain("includes " name " before its own " own)
	first = 0

	if (name in door && FILENAME !~ door[name])
		complain("includes " name ", whose door is elsewhere")

	if ($0 ~ /<frust\//)
		to = "public"
	else if ($0 ~ /"/) {
		split(name, parts, "/")
		to = name !~ /\// ? (layer == "app" ? "app" : layer) : parts[1]
	} else
		next
	if (!allowed(layer, to))
		complain(layer " may not include " name)
}

END { exit bad }
