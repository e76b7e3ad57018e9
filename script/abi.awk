# Reads DWARF as readelf -wi prints it, and prints the public types, a line for each part of them,
# after two fields (of tabs) to sort them by: the type and the part's number.

/^ *<[0-9a-f]+><[0-9a-f]+>: Abbrev Number: .*DW_TAG/ {
	split($0, at, /[<>]/)
	level = at[2]
	id = at[4]
	tag[id] = $NF
	gsub(/^\(DW_TAG_|\)$/, "", tag[id])
	open[level] = id
	parent = open[level - 1]
	if (level > 1)
		child[parent, ++children[parent]] = id
	order[++n] = id
	next
}

/DW_AT_(name|byte_size|type|data_member_location|const_value|upper_bound)[ :]/ {
	key = $2
	gsub(/^DW_AT_|:$/, "", key)
	text = $0
	sub(/^[^:]*: */, "", text)
	if (key == "name")
		sub(/^\(.*\): /, "", text)
	gsub(/[<>]|0x|[ \t]+$/, "", text)
	value[id, key] = text
}

function arguments(function_type, i, list)
{
	for (i = 1; i <= children[function_type]; i++)
		list = list (i > 1 ? ", " : "") type(value[child[function_type, i], "type"])
	return "(" list ")"
}

function type(id, to)
{
	to = value[id, "type"]
	if (id == "")
		return "void"
	if (tag[id] == "pointer_type" && tag[to] == "subroutine_type")
		return type(value[to, "type"]) " (*)" arguments(to)
	if (tag[id] == "pointer_type")
		return type(to) (tag[to] == "pointer_type" ? "*" : " *")
	if (tag[id] == "const_type")
		return "const " type(to)
	if (tag[id] == "array_type")
		return type(to) "[" value[child[id, 1], "upper_bound"] + 1 "]"
	if (tag[id] == "structure_type")
		return "struct " value[id, "name"]
	if (tag[id] == "enumeration_type")
		return "enum " value[id, "name"]
	return value[id, "name"]
}

function part(name, number, text)
{
	printf "%s\t%d\t%s\n", name, number, text
}

function print_struct(id, i, member, name)
{
	name = "struct " value[id, "name"]
	part(name, 0, name ": " value[id, "byte_size"] " bytes")
	for (i = 1; i <= children[id]; i++) {
		member = child[id, i]
		part(name, i, sprintf("\t%4d %s: %s", value[member, "data_member_location"],
				      value[member, "name"], type(value[member, "type"])))
	}
}

function print_enum(id, i, member, name)
{
	name = "enum" (value[id, "name"] ? " " value[id, "name"] : "")
	part(name, 0, name ": " value[id, "byte_size"] " bytes")
	for (i = 1; i <= children[id]; i++) {
		member = child[id, i]
		part(name, i, sprintf("\t%4d %s", value[member, "const_value"], value[member, "name"]))
	}
}

END {
	part("callbacks", 0, "callbacks")
	for (i = 1; i <= n; i++) {
		id = order[i]
		name = value[id, "name"]
		if (tag[id] == "typedef" && name ~ /^frust_/)
			part("callbacks", 1, "\t" name ": " type(value[id, "type"]))
		if (tag[id] == "structure_type" && name ~ /^frust_/ && value[id, "byte_size"])
			print_struct(id)
		if (tag[id] == "enumeration_type" && value[child[id, 1], "name"] ~ /^FRUST_/)
			print_enum(id)
	}
}
