# Sourcing multivenv.sh: it defines names, and does nothing else.

# shells: all
load ../support/common

# Where the shell offers a way, the plugin finds its own folder.
finds_itself() {
    case $MULTIVENV_TEST_SHELL_NAME in
    bash* | zsh | ksh) return 0 ;;
    *) return 1 ;;
    esac
}

@test "sourcing prints nothing, also the second time" {
    run --separate-stderr in_shell '. "$MULTIVENV_ROOT/multivenv.sh"'
    assert_ok ''
    assert_stderr_is ''
}

@test "sourcing prints nothing at a prompt" {
    run --separate-stderr in_shell -i ':'
    assert_ok ''
    assert_stderr_is ''
}

@test "sourcing starts no process" {
    assert_starts_no_process -b ':' '. "$MULTIVENV_ROOT/multivenv.sh"'
}

@test "sourcing starts no process at a prompt" {
    assert_starts_no_process -i ':' '. "$MULTIVENV_ROOT/multivenv.sh"'
}

@test "sourcing makes no file and no directory" {
    find "$HOME" >"$world/before"
    run in_shell ':'
    assert_status 0
    find "$HOME" >"$world/after"
    same_files "$world/before" "$world/after"
}

@test "sourcing adds the verbs and private names, and changes nothing else" {
    run changes_of -b '. "$MULTIVENV_ROOT/multivenv.sh"'
    assert_status 0
    # a line of a variable, or the first of a function, starts with its name
    local definition='^[+](function )?([A-Za-z_][A-Za-z_0-9]*)(=|[[:space:]]*[(][)]|$)' line
    while IFS= read -r line; do
        case $line in -*) fail "it is gone: $line" ;; esac
        [[ $line =~ $definition ]] || continue
        case ${BASH_REMATCH[2]} in
        _multivenv_* | mkvenv | usevenv | stopvenv | lsvenvs | showvenv | freezevenv | rmvenv | fixvenv | upvenv) ;;
        cpvenv | mvvenv | bindvenv | linkvenv | runvenv | cdvenv | multivenv) ;;
        *) fail "unexpected: $line" ;;
        esac
    done <<<"$output"
    assert_contains _multivenv_root
}

@test "the list of verbs is that of the functions, and of the first line of zsh's completion" {
    run in_shell 'printf "%s\n" "$_multivenv_verbs"'
    assert_ok "$(sed -n 's/^#compdef //p' "$project/completions/_multivenv")"
    same "$(printf '%s\n' "$output" | tr ' ' '\n' | LC_ALL=C sort)" \
        "$(sed -n 's/^\([a-z]*\)() {.*/\1/p' "$project/multivenv.sh" | LC_ALL=C sort)"
}

@test "completion defines no function that the verbs have too" {
    same '' "$(comm -12 <(functions_of "$project"/completions/*) <(functions_of "$project"/shell/*))"
}

functions_of() {
    sed -n 's/^ *\(_multivenv[a-z_]*\)() .*/\1/p' "$@" | LC_ALL=C sort -u
}

@test "a verb reads only the files of shell/ that it needs, once" {
    fake_env pallets
    run in_shell 'printf "%s\n" "${_multivenv_parts-}"; usevenv pallets; usevenv pallets; printf "%s\n" "$_multivenv_parts"; stopvenv'
    assert_ok "
 differences messages environments activate health "
}

@test "sourcing twice changes nothing the second time" {
    run changes_of -b '. "$MULTIVENV_ROOT/multivenv.sh"' '. "$MULTIVENV_ROOT/multivenv.sh"'
    assert_ok ''
}

@test "sourcing again while an environment is active keeps it" {
    fake_env pallets
    run in_shell 'PATH_BEFORE=$PATH
        usevenv pallets
        . "$MULTIVENV_ROOT/multivenv.sh"
        printf "%s\n" "$VIRTUAL_ENV_PROMPT"
        stopvenv
        [ "$PATH" = "$PATH_BEFORE" ] && printf "restored\n"'
    assert_ok "pallets
restored"
}

@test "sourcing leaves settings as they are, set or not" {
    with_env "MULTIVENV_HOME=$world/elsewhere"
    run in_shell 'printf "%s\n" "$MULTIVENV_HOME" "${MULTIVENV_PYTHON-unset}" "${MULTIVENV_AUTO-unset}"'
    assert_ok "$world/elsewhere
unset
unset"
}

@test "verbs that are aliases already become the plugin's" {
    run in_shell -b "alias usevenv='printf alias' mkvenv='printf alias'
. \"\$MULTIVENV_ROOT/multivenv.sh\"
usevenv --help"
    assert_status 0
    assert_contains "Usage: usevenv"
}

@test "an alias of cd, rm or ls does not reach the plugin" {
    fake_env pallets
    run in_shell -b "alias cd='printf alias' rm='printf alias' ls='printf alias'
. \"\$MULTIVENV_ROOT/multivenv.sh\"
cdvenv pallets
printf '%s\\n' \"\$PWD\"
builtin cd / 2>/dev/null || command cd /
lsvenvs --names
rmvenv -y pallets"
    assert_ok "$MULTIVENV_HOME/pallets
pallets
multivenv: removed 'pallets' (undo: mkvenv --restore pallets)"
}

@test "it finds its own folder where the shell tells, else it says what to set" {
    without_env MULTIVENV_ROOT
    run in_shell -b ". '$project/multivenv.sh'; multivenv version"
    if finds_itself; then
        assert_status 0
        assert_matches '^multivenv [0-9]+\.[0-9]+\.[0-9]+$'
    else
        assert_contains "multivenv: this shell cannot tell where multivenv.sh is (set MULTIVENV_ROOT"
    fi
}

@test "it finds its own folder when sourced by a relative path" {
    finds_itself || return 0
    without_env MULTIVENV_ROOT
    ln -s "$project" "$HOME/the clone"
    run in_shell -b "cd; . './the clone/multivenv.sh'; cd /; lsvenvs --help"
    assert_status 0
    assert_contains "Usage: lsvenvs"
}

@test "a MULTIVENV_ROOT that is not its folder is reported" {
    with_env "MULTIVENV_ROOT=$world/tmp"
    run in_shell -b ". '$project/multivenv.sh'" one two
    assert_status 1
    assert_output_is "multivenv: '$world/tmp' has no helper/__main__.py (set MULTIVENV_ROOT to the folder of multivenv.sh before sourcing it)"
}

@test "each verb has its help, the same as multivenv help VERB, without Python" {
    with_env MULTIVENV_HELPER_PYTHON=/nonexistent
    local verb
    for verb in mkvenv usevenv stopvenv lsvenvs rmvenv cdvenv multivenv; do
        run in_shell "$verb --help"
        assert_ok "$(cat "$project/help/$verb.txt")"
        run in_shell "$verb -h"
        assert_ok "$(cat "$project/help/$verb.txt")"
        run in_shell "multivenv help $verb"
        assert_ok "$(cat "$project/help/$verb.txt")"
    done
}

@test "an unknown option is a misuse of each verb" {
    local verb
    for verb in mkvenv usevenv stopvenv lsvenvs rmvenv cdvenv multivenv; do
        run in_shell +eu "$verb --nonesuch"
        assert_status 2
        assert_output_is "multivenv: $verb has no option '--nonesuch' (see $verb --help)"
    done
}

@test "multivenv tells its version, and refuses what it does not know" {
    run in_shell 'multivenv version'
    assert_matches '^multivenv [0-9]+\.[0-9]+\.[0-9]+$'
    run in_shell 'multivenv --version'
    assert_matches '^multivenv [0-9]+\.[0-9]+\.[0-9]+$'
    run in_shell 'multivenv'
    assert_ok "$(cat "$project/help/multivenv.txt")"
    run in_shell +eu 'multivenv nonesuch'
    assert_status 2
    assert_output_is "multivenv: multivenv has no command 'nonesuch' (see multivenv --help)"
    run in_shell +eu 'multivenv help nonesuch'
    assert_status 2
    assert_output_is "multivenv: no verb named 'nonesuch' (see multivenv --help)"
    run in_shell +eu 'multivenv version twice'
    assert_status 2
}
