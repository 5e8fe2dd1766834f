# SPDX-License-Identifier: Apache-2.0
# A stand-in for OpenWrt's uci: get, set, delete, rename, commit, show and export of one package. Changes are seen at
# once, and are in /etc/config after a commit; each commit is a line of /tmp/uci.commits.

# The words of a line, without their quotes, as words[1...]; their number.
function split_line(line, words,    count, quote, c, i, has) {
	count = 0; quote = ""; has = 0
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (quote != "") {
			if (c == quote) quote = ""
			else words[count] = words[count] c
		} else if (c == "'" || c == "\"") {
			if (!has) { words[++count] = ""; has = 1 }
			quote = c
		} else if (c == "#") break
		else if (c ~ /[ \t\r]/) has = 0
		else {
			if (!has) { words[++count] = ""; has = 1 }
			words[count] = words[count] c
		}
	}
	return count
}

function load(package,    line, words, count, section) {
	file = "/tmp/.uci-copy." package
	if ((getline line < file) < 0) { file = "/etc/config/" package; if ((getline line < file) < 0) exit 1 }
	do {
		count = split_line(line, words)
		if (count == 0) continue
		if (words[1] == "config") {
			section = count > 2 ? words[3] : sprintf("cfg%02x5996", sections + 1)
			add_section(section, words[2])
		} else if (words[1] == "option") put(section, words[2], words[3])
	} while ((getline line < file) > 0)
	close(file)
}
function add_section(name, kind) {
	if (!(name in type)) order[++sections] = name
	type[name] = kind
}
function put(section, option, value) {
	if (!((section, option) in values)) names[section, ++options[section]] = option
	values[section, option] = value
}
function quoted(text) { gsub(/'/, "'\\''", text); return "'" text "'" }

# Writes all that is there in one of three forms.
function dump(form, only, out,    i, j, s, o) {
	for (i = 1; i <= sections; i++) {
		s = order[i]
		if (!(s in type) || (only != "" && s != only)) continue
		if (form == "show") print package "." s "=" type[s] > out
		else print "config " quoted(type[s]) " " quoted(s) > out
		for (j = 1; j <= options[s]; j++) {
			o = names[s, j]
			if (!((s, o) in values)) continue
			if (form == "show") print package "." s "." o "=" quoted(values[s, o]) > out
			else print (form == "file" ? "\t" : "") "option " o " " quoted(values[s, o]) > out
		}
	}
}
function save() { dump("file", "", "/tmp/.uci-copy." package) }

BEGIN {
	n = 1
	while (ARGV[n] ~ /^-/) n++
	command = ARGV[n]
	target = ARGV[n + 1]
	value = ""
	if ((i = index(target, "=")) > 0) { value = substr(target, i + 1); target = substr(target, 1, i - 1) }
	parts = split(target, part, ".")
	package = part[1]
	load(package)
	known = parts == 2 ? (part[2] in type) : ((part[2], part[3]) in values)
	if (command == "show") {
		if (parts > 1 && !known) exit 1
		dump("show", part[2], "/dev/stdout")
	} else if (command == "export") dump("export", "", "/dev/stdout")
	else if (command == "get") {
		if (!known) exit 1
		print parts == 2 ? type[part[2]] : values[part[2], part[3]]
	} else if (command == "set") {
		if (parts == 2) add_section(part[2], value)
		else put(part[2], part[3], value)
		save()
	} else if (command == "delete" || command == "rename") {
		if (!known || parts != 3) exit 1
		if (command == "rename") put(part[2], value, values[part[2], part[3]])
		delete values[part[2], part[3]]
		save()
	} else if (command == "commit") {
		dump("file", "", "/etc/config/" package)
		system("rm -f /tmp/.uci-copy." package)
		print package >> "/tmp/uci.commits"
	} else exit 1
	exit 0
}
