#!/usr/bin/env bats
# The contributor documents name files, functions and packages that exist.

# shells: once
load ../support/common

documents=(docs/architecture.md CONTRIBUTING.md SECURITY.md README.md)

setup() {
    make_world
    cd "$project" || return
}

# Usage: in_backquotes REGEX
#
# Prints what the documents have in backquotes, if it matches, one a line.
in_backquotes() {
    cat "${documents[@]}" | grep -o '`[^`]*`' | tr -d '`' | LC_ALL=C sort -u | grep -E -x "$1"
}

@test "the files that the documents name exist" {
    local file
    while IFS= read -r file; do
        [ -e "$file" ] || fail "no file $file"
    done < <(in_backquotes '(helper|shell|completions|compat|help|man|tests|docs|bench|packaging)/[a-z_/]*([.][a-z]+)?' | grep -v VERB)
}

@test "the links of the documents lead to files" {
    local document file
    for document in "${documents[@]}"; do
        while IFS= read -r file; do
            [ -e "$(dirname "$document")/${file%%#*}" ] || fail "$document: no file $file"
        done < <(grep -o '][(][^)]*' "$document" | sed 's/..//' | grep -v '^https:')
    done
}

@test "the functions and variables that the documents name exist" {
    local name
    while IFS= read -r name; do
        cat multivenv.sh shell/*.sh completions/*.sh compat/*.sh | grep -E -q "^ *$name(\(\) \{|=)" || fail "no $name"
    done < <(in_backquotes '_multivenv_[a-z_]+')
    while IFS= read -r name; do
        cat multivenv.sh helper/*/*.py | grep -E -q "^( *def |)${name%()}\(" || fail "no function $name"
    done < <(in_backquotes '[a-z_]+\(\)')
}

@test "the architecture lists the packages of the helper" {
    local package
    for package in helper/*/__init__.py; do
        package=${package#helper/}
        grep -q "^      ${package%__init__.py}  " docs/architecture.md || fail "no $package in docs/architecture.md"
    done
}

@test "the targets of make that the documents name exist" {
    local target
    while IFS= read -r target; do
        make -n "$target" >/dev/null 2>&1 || fail "no target $target"
    done < <(cat "${documents[@]}" | sed -n -E 's/.*(^    |`)make ([a-z-]+).*/\2/p' | sort -u)
}
