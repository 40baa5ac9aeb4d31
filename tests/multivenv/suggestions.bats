# What was probably meant by a name or an option that there is not.

# shells: bash zsh dash; all on request
load ../support/common

@test "each verb says which environment was probably meant" {
    fake_env pallets
    run in_shell +eu 'for verb in usevenv cdvenv rmvenv showvenv freezevenv "fixvenv -n" "bindvenv --" "mvvenv --"; do
            eval "$verb palets x" 2>&1 | grep -v "takes one name" || eval "$verb palets"
        done; runvenv palets true; printf "%s\n" "$?"' 2>&1
    assert_status 0
    same 9 "$(grep -c "no environment named 'palets' (did you mean 'pallets'?)" <<<"$output")"
    same 1 "$(tail -n 1 <<<"$output")"
}

@test "one that is near to several, or to none, is guessed at by nobody" {
    fake_env env-a
    fake_env env-b
    run in_shell +eu 'usevenv env-c; usevenv something; usevenv a'
    assert_output_is "multivenv: no environment named 'env-c' (see lsvenvs)
multivenv: no environment named 'something' (see lsvenvs)
multivenv: no environment named 'a' (see lsvenvs)"
}

@test "the name that is shown is data" {
    fake_env 'a$(touch x)b'
    run in_shell +eu 'usevenv "$1"' 'a$(touch x)'
    assert_status 1
    assert_output_is "multivenv: no environment named 'a\$(touch x)' (did you mean 'a\$(touch x)b'?)"
    [ ! -e x ]
}

@test "where no Python works, the plain words do" {
    fake_env pallets
    with_env MULTIVENV_HELPER_PYTHON=/nowhere/python
    run in_shell +eu 'usevenv palets'
    assert_status 1
    assert_output_is "multivenv: no environment named 'palets' (see lsvenvs)"
}

@test "an option with a slip in it gets a suggestion too" {
    run in_shell +eu 'lsvenvs --jsn; rmvenv --yess x; lsvenvs --nothing-like-it; rmvenv -x x'
    assert_status 2
    assert_output_is "multivenv: lsvenvs has no option '--jsn' (did you mean --json?)
multivenv: rmvenv has no option '--yess' (did you mean --yes?)
multivenv: lsvenvs has no option '--nothing-like-it' (see lsvenvs --help)
multivenv: rmvenv has no option '-x' (see rmvenv --help)"
}

@test "a command of multivenv, or a verb that help is wanted for, gets one" {
    run in_shell +eu 'multivenv dcotor; multivenv help usevnv; multivenv help doctr; multivenv frobnicate
        multivenv help ""; multivenv help "*"; multivenv "\$(touch x)"; multivenv mkvenv; printf "%s\n" "$?"'
    assert_output_is "multivenv: multivenv has no command 'dcotor' (did you mean doctor?)
multivenv: no verb named 'usevnv' (did you mean usevenv?)
multivenv: no verb named 'doctr' (did you mean doctor?)
multivenv: multivenv has no command 'frobnicate' (see multivenv --help)
multivenv: no verb named '' (see multivenv --help)
multivenv: no verb named '*' (see multivenv --help)
multivenv: multivenv has no command '\$(touch x)' (see multivenv --help)
multivenv: 'mkvenv' is a separate command (see mkvenv --help)
2"
    [ ! -e x ]
    with_env MULTIVENV_HELPER_PYTHON=/nowhere/python MULTIVENV_HOME=relative
    run in_shell +eu 'multivenv dcotor; multivenv help usevnv'
    assert_status 2
    assert_output_is "multivenv: multivenv has no command 'dcotor' (see multivenv --help)
multivenv: no verb named 'usevnv' (see multivenv --help)"
}
