# The .env of an environment: runvenv and the program set its variables for the command alone.

# shells: all
load ../support/common

setup() {
    make_world
    fake_env other
    fake_env pallets
    printf 'A=1\nB=pallets\n' >"$env/.env"
}

# shellcheck disable=SC2016,SC2034 # for the shell under test
show='show() { printf "%s %s\n" "${A-unset}" "${B-unset}"; }; print="printf \"%s %s\n\" \"\${A-unset}\" \"\${B-unset}\""'

@test "the command has the variables, and this shell has not" {
    run in_shell "$show"'; B=before; export B; runvenv pallets sh -c "$print"; show; runvenv other sh -c "$print"'
    assert_ok '1 pallets
unset before
unset before'
}

@test "those of the active environment are not for a command in another one" {
    run in_shell "$show"'; B=before; export B; usevenv pallets
        runvenv other sh -c "$print"; show; runvenv pallets sh -c "$print"
        "$MULTIVENV_ROOT/bin/multivenv" run other sh -c "$print"; "$MULTIVENV_ROOT/bin/multivenv" run pallets sh -c "$print"
        B=mine "$MULTIVENV_ROOT/bin/multivenv" run other sh -c "$print"'
    assert_ok 'unset before
1 pallets
1 pallets
unset before
1 pallets
unset mine'
}

@test "with --all, each has its own" {
    printf 'B=other\n' >"$MULTIVENV_HOME/other/.env"
    fake_env zero
    run in_shell "$show"'; runvenv --all sh -c "$print"; runvenv -aq sh -c "$print"; show'
    assert_ok '==> other
unset other
==> pallets
1 pallets
==> zero
unset unset
multivenv: succeeded: 3
other: unset other
pallets: 1 pallets
zero: unset unset
unset unset'
}

@test "a bad line is reported, and the command runs" {
    printf 'A=1\nPATH=/x\n' >"$env/.env"
    run in_shell "$show"'; runvenv pallets sh -c "$print"'
    assert_ok "multivenv: ignored a line of '$env/.env': line 2 sets 'PATH', which only the shell or multivenv may set
1 unset"
}

@test "it starts no process but the command" {
    run --separate-stderr processes_of ':' 'runvenv pallets /bin/true'
    assert_status 0
    same 1 "$(grep -c execve <<<"$output")"
}

@test "runvenv leaves every variable as it was" {
    run changes_of 'runvenv pallets true' 'A=before; B=before; export B'
    assert_ok ''
}
