# Writes the manual page multivenv(1) from the help texts.
#
#     awk -v version=0.1.0 -v date=2026-11-20 -f man/multivenv.awk help/multivenv.txt help/mkvenv.txt ...
#
# The overview comes first, then a section for each verb. The first line of a block of a help text tells
# its kind: `Usage:`; a heading with a colon, followed by indented lines, which are a list or examples;
# or a paragraph.

BEGIN {
    print ".TH MULTIVENV 1 " date " \"multivenv " version "\" \"User Commands\""
    print ".SH NAME"
    print "multivenv \\- named Python environments, driven from the shell prompt"
}

FNR == 1 {
    topic = FILENAME
    sub(/.*\//, "", topic)
    sub(/\.txt$/, "", topic)
    overview = topic == "multivenv"
    kind = ""
    if (NR > FNR && !verbs) {
        verbs = 1
        print ".SH VERBS"
    }
    if (!overview) print ".SS " topic
}

/^$/ {
    kind = ""
    next
}

/^Usage: / {
    if (overview) print ".SH SYNOPSIS"
    used = 0
    kind = "usage"
    usage(substr($0, 8))
    next
}

kind == "usage" {
    usage(substr($0, 8))
    next
}

/^[A-Z][A-Za-z]*:$/ {
    heading = substr($0, 1, length($0) - 1)
    kind = heading == "Examples" ? "examples" : "list"
    if (overview) print ".SH " toupper(heading)
    else if (kind == "examples") print ".PP\nExamples:"
    else if (heading != "Options") print ".PP\n" heading ":"
    next
}

/^  / && kind == "examples" {
    print ".RS 4\n.nf\n" plain(substr($0, 3)) "\n.fi\n.RE"
    next
}

/^  / {
    # two spaces or more separate the item from its text
    item = substr($0, 3)
    if (!match(item, /  +/)) {
        fill(item) # the text continues
        next
    }
    if (overview && kind == "") print ".SH OVERVIEW"
    kind = "list"
    text = substr(item, RSTART + RLENGTH)
    print ".TP"
    print bold(substr(item, 1, RSTART - 1))
    fill(text)
    next
}

overview && /^Exit status: / {
    print ".SH EXIT STATUS"
    fill(substr($0, 14))
    kind = "paragraph"
    next
}

# In the overview the list ends without an empty line
{
    if (kind == "" || kind == "list") {
        if (overview && !described) {
            described = 1
            print ".SH DESCRIPTION"
        } else print ".PP"
    }
    kind = "paragraph"
    fill($0)
}

# A line of the usage, with the verb in bold
function usage(line, words) {
    if (!match(line, / /)) RSTART = length(line) + 1
    words = substr(line, RSTART)
    if (used++) print overview ? ".br" : ".PP"
    print bold(substr(line, 1, RSTART - 1)) plain(words)
}

function bold(text) { return "\\fB" plain(text) "\\fR" }

# Prints text in lines that are not too long. Text in backquotes becomes bold.
function fill(text, words, count, i, line) {
    count = split(text, words, " ")
    for (i = 1; i <= count; i++) {
        if (length(line) + length(words[i]) > 66) {
            print marked(line)
            line = ""
        }
        line = line (line == "" ? "" : " ") words[i]
    }
    print marked(line)
}

function marked(text, parts, count, i, line) {
    count = split(text, parts, "`")
    for (i = 1; i <= count; i++) line = line (i % 2 || i == count ? plain(parts[i]) : bold(parts[i]))
    sub(/^[.]/, "\\\\\\&.", line)
    return line
}

# The text with the special characters of roff escaped
function plain(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    gsub(/'/, "\\(aq", text)
    return text
}
