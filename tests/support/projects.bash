# Directories that name their environment. Loaded after common.bash.
#
# shellcheck disable=SC2154 # common.bash sets the rest

# Usage: plain_env NAME
#
# As fake_env, without pip and in a quarter of the time.
plain_env() {
    untraced write_plain_env "$@"
}

write_plain_env() {
    local base=$world/base-3.12.4
    make_base 3.12.4
    env=$MULTIVENV_HOME/$1
    mkdir -p "$env/bin" "$env/lib/python3.12/site-packages"
    ln -s "$base/bin/python3.12" "$env/bin/python"
    printf 'home = %s/bin\ninclude-system-site-packages = false\nversion = 3.12.4\n' "$base" >"$env/pyvenv.cfg"
    printf 'VIRTUAL_ENV="%s"\n' "$env" >"$env/bin/activate"
}

# Usage: bound NAME DIR
#
# plain_env, bound to the directory, which is made.
bound() {
    plain_env "$1"
    mkdir -p "$2"
    printf '%s\n' "$2" >"$env/.project"
}

# Usage: named_by HOW NAME DIR
#
# plain_env, which the directory itself names: HOW is `link`, `file`, `path` or `list`.
named_by() {
    plain_env "$2"
    mkdir -p "$3"
    case $1 in
    link) ln -s "$env" "$3/.venv" ;;
    file) printf '%s\n' "$2" >"$3/.venv" ;;
    path) printf '%s\n' "$env" >"$3/.venv" ;;
    list) printf '%s\n' "$env" >"$3/.python-envs" ;;
    esac
}

# Usage: env_at PATH [PROMPT]
#
# A healthy environment that is not one of the home; sets $env.
env_at() {
    local MULTIVENV_HOME=${1%/*}
    plain_env "${1##*/}"
    [ $# -eq 1 ] || printf '%s\n' "prompt = $2" >>"$env/pyvenv.cfg"
}

# Usage: hostile_env PATH
#
# What looks like an environment, and leaves a mark if anything of it is run or sourced.
hostile_env() {
    local file
    env_at "$1"
    rm "$env/bin/python"
    for file in python python3 python3.12 pip deactivate; do
        write_trap >"$env/bin/$file"
        chmod +x "$env/bin/$file"
    done
    write_trap >"$env/bin/activate"
}

write_trap() {
    printf '#!/bin/sh\n: >"%s/trap-was-sprung"\n' "$world"
}

# What the names of the tests below would make if they were executed is called `x`
nothing_ran() {
    [ ! -e "$world/trap-was-sprung" ] || fail 'something of the cloned directory was run'
    same '' "$(find "$world" -name x)"
}

# Usage: use_in DIR...
#
# Types usevenv in each of them, and prints what is active then; stops at the first where that fails.
use_in() {
    # shellcheck disable=SC2016 # for the shell under test to expand
    run in_shell +eu 'for dir; do
            cd "$dir" && usevenv && printf "%s\n" "$VIRTUAL_ENV" || exit
        done' "$@"
}

# Usage: refused MESSAGE
refused() {
    assert_status 1
    assert_output_is "multivenv: $1"
}

# Usage: assert_reads_without_process [in_shell's options] SETUP MEASURED
#
# As assert_starts_no_process. dash and yash, whose read has no limit, may ask find for the size of a file
# that a project brings.
assert_reads_without_process() {
    case $MULTIVENV_TEST_SHELL_NAME in
    dash | yash) ;;
    *)
        assert_starts_no_process "$@"
        return
        ;;
    esac
    run --separate-stderr processes_of "$@"
    [ "$status" -eq 0 ] || fail "status $status" "$output" "$stderr"
    output=$(grep exec <<<"$output" | grep -v '/find", \["find", "-L", ' || :)
    [ -z "$output" ] || fail 'these were started:' "$output"
}
