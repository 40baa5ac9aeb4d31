#!/usr/bin/env bats
# The .env of an environment in fish: set, and restored, as in the other shells.

# shells: fish
load ../support/common

setup() {
    make_world
    fake_env other
    fake_env pallets
}

# Usage: shown
#
# A snippet that prints the variables of fish, with their scopes and values
# shellcheck disable=SC2016,SC2034 # for the shell under test
shown='for name in (set --names | grep -v -x -e _multivenv_state -e status -e pipestatus -e name -e history -e fish_kill_signal -e _ | sort)
    set --show $name | grep -v "originally inherited"
end'
# shellcheck disable=SC2016,SC2034 # for the shell under test
show='function show; for name in $argv; env | grep "^$name="; or echo "$name is not set"; end; end'

@test "usevenv sets the variables, and stopvenv unsets them" {
    local given=('A=two  words' 'B=$HOME (touch x) $(touch x)' "C=it's \\n" 'D=*' 'E=' 'LIST_PATH=/a:/b' 'F=# ;')
    printf '%s\n' "${given[@]}" >"$env/.env"
    run in_shell "$show; usevenv pallets; show A B C D E LIST_PATH F; stopvenv; show A B C D E LIST_PATH F"
    assert_ok "$(printf '%s\n' "${given[@]}")
A is not set
B is not set
C is not set
D is not set
E is not set
LIST_PATH is not set
F is not set"
    [ ! -e x ]
}

@test "every variable is afterwards as it was" {
    printf '%s\n' EXPORTED=1 LIST=2 PLAIN=3 PLAIN_LIST=4 EMPTY=5 NEW=6 NEW=7 TOP_PATH=8:9 >"$env/.env"
    printf '%s\n' NEW=8 PLAIN=9 >"$MULTIVENV_HOME/other/.env"
    run in_shell 'set -gx EXPORTED "a  b"; set -gx LIST a b; set -g PLAIN x; set -g PLAIN_LIST x y; set -gx EMPTY; set -gx TOP_PATH /a /b
        usevenv pallets; stopvenv
'"$shown >\$TMPDIR/before
usevenv pallets
usevenv other
usevenv pallets
stopvenv
$shown >\$TMPDIR/after"
    assert_ok
    same_files "$world/tmp/before" "$world/tmp/after"
    grep -q 'PLAIN_LIST: set in global scope, unexported, with 2 elements' "$world/tmp/after"
}

@test "what has changed meanwhile stays" {
    printf '%s\n' A=1 B=2 >"$env/.env"
    run in_shell "$show"'; set -gx B before; usevenv pallets; set -gx A mine; set -e B; stopvenv; show A B'
    assert_ok 'A=mine
B is not set'
}

@test "a bad line is reported, and names that fish sets itself are refused" {
    printf '%s\n' version=1 A=2 >"$env/.env"
    run in_shell "$show"'; usevenv pallets; show A'
    assert_ok "multivenv: ignored a line of '$env/.env': line 1 sets 'version', which only the shell or multivenv may set
A=2"
}

@test "runvenv leaves out those of the active environment" {
    printf '%s\n' A=1 >"$env/.env"
    printf '%s\n' B=1 >"$MULTIVENV_HOME/other/.env"
    run in_shell 'usevenv pallets; runvenv other sh -c "echo \${A-unset} \${B-unset}"; echo $A
        stopvenv; runvenv pallets sh -c "echo \${A-unset} \${B-unset}"'
    assert_ok 'unset 1
1
1 unset'
}

@test "hooks see them, in sh and in fish" {
    printf '%s\n' A=1 >"$env/.env"
    local hook
    for hook in postactivate predeactivate postdeactivate; do
        printf 'echo %s (set -q A; and echo $A)\n' "$hook" >"$env/bin/$hook.fish"
        printf 'printf "%%s %%s\\n" sh-%s "${A-unset}"\n' "$hook" >"$env/bin/$hook"
    done
    run in_shell 'set -g A plain; usevenv pallets; stopvenv; echo $A; set -qx A; or echo plain'
    assert_ok 'sh-postactivate 1
postactivate 1
sh-predeactivate 1
sh-postdeactivate unset
predeactivate 1
postdeactivate plain
plain
plain'
}

@test "stopvenv restores them where the files of multivenv are gone" {
    printf '%s\n' A=1 >"$env/.env"
    cp -R "$project" "$world/plugin"
    with_env "MULTIVENV_ROOT=$world/plugin"
    run in_shell "$show"'; usevenv pallets; mv $MULTIVENV_ROOT $MULTIVENV_ROOT.gone; stopvenv 2>/dev/null; show A; set --names | grep _multivenv_new; or echo clean'
    assert_ok 'A is not set
clean'
}
