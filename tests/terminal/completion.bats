#!/usr/bin/env bats
# Completion as a user has it: keys pressed in a terminal.

load ../support/common
load ../support/terminal

# Each of these has a home of its own, so that TAB alone completes it
names=(pallets 'a b' "it's" 'say "hi"' '$(touch x)' '`touch x`' '$HOME' 'a;b' 'a&b' 'a|b' 'a<b>c'
    '*' '?' '[x]' '{a,b}' '(a)' 'a=b' '=ls' 'a@b' '@' '#x' '~x' '^x^y' '%1' 'a\b' '\' 'a  b ' ' a'
    'ünï çø' '環境' $'new\nline' $'tab\there' $'esc\e[31m' $'not UTF-8 \xff\xfe' 'wow!' '!!' .hidden "'" '"')

make_homes() {
    local i home=$MULTIVENV_HOME
    for i in "${!names[@]}"; do
        MULTIVENV_HOME=$world/homes/$i
        fake_env "${names[i]}"
    done
    MULTIVENV_HOME=$home
    with_env VIRTUAL_ENV_DISABLE_PROMPT=1
}

# Usage: steps_for_names KEYS
#
# Types KEYS and Enter for each name, then notes which environment is active.
steps_for_names() {
    local i
    for i in "${!names[@]}"; do
        printf '%s\n' "run MULTIVENV_HOME=$world/homes/$i" "send $1\\r" prompt \
            "run printf '%s\\0' \"\$VIRTUAL_ENV_PROMPT\" >>\"\$TMPDIR/active\""
    done
}

# What each name is, as od shows it: the same in all locales
same_names() {
    local name
    for name in "${names[@]}"; do printf '%s\0' "$name"; done >"$world/tmp/names"
    same "$(tr '\0' '\n' <"$world/tmp/names" | cat -v)" "$(tr '\0' '\n' <"$world/tmp/active" | cat -v)"
}

@test "completes any name, and the line then works" {
    make_homes
    run in_terminal "$(steps_for_names 'usevenv \t')"
    assert_ok
    same_names
    [ ! -e x ]
}

@test "completes any name within single quotes" {
    make_homes
    run in_terminal "$(steps_for_names "usevenv '\\t")"
    assert_ok
    same_names
    [ ! -e x ]
}

@test "completes any name within double quotes" {
    make_homes
    run in_terminal "$(steps_for_names 'usevenv "\t')"
    assert_ok
    same_names
    [ ! -e x ]
}
