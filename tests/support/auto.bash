# Environments that are switched by themselves, in a shell that shows no prompt. Loaded after
# common.bash and projects.bash.
#
# shellcheck disable=SC2154 # common.bash sets the rest

# Usage: in_auto [+eu] [-w WRAPPER] SNIPPET [ARGUMENT...]
#
# As in_shell -i, where MULTIVENV_AUTO is set before multivenv.sh is sourced. at_prompt.sh tells what
# there is for the snippet.
in_auto() {
    local options=()
    while :; do
        case ${1-} in
        -w) options+=("$1" "$2") && shift ;;
        [-+]*) options+=("$1") ;;
        *) break ;;
        esac
        shift
    done
    local snippet=$1
    shift
    in_shell -i -b ${options[@]+"${options[@]}"} "$auto_start
$snippet" "$@"
}

# shellcheck disable=SC2016 # for the shell under test to expand
auto_start='MULTIVENV_AUTO=1
. "$TEST_SUPPORT/at_prompt.sh"
. "$MULTIVENV_ROOT/multivenv.sh"
at_prompt'

# Usage: three_nested
#
# outer, middle and inner, each within the other, and other beside them; all but middle are bound.
# What shells note of the bindings has a place, and is newer than the home for those too that compare
# whole seconds.
three_nested() {
    bound outer "$HOME/p"
    named_by link middle "$HOME/p/q"
    bound inner "$HOME/p/q/r"
    bound other "$HOME/o"
    mkdir -p "$HOME/p/sub" "$HOME/p/q/sub" "$HOME/p/q/r/sub/sub" "$HOME/o/sub" "$HOME/out"
    mkdir "$MULTIVENV_HOME/.multivenv"
    touch -t 200102030000 "$MULTIVENV_HOME"
}

# Usage: project_of DIR
#
# What the tests take for the project of a directory of three_nested: sets $found_env and $found_in,
# both empty if there is none.
project_of() {
    case $1/ in
    "$HOME/p/q/r/"*) found_env=inner found_in=$HOME/p/q/r ;;
    "$HOME/p/q/"*) found_env=middle found_in=$HOME/p/q ;;
    "$HOME/p/"*) found_env=outer found_in=$HOME/p ;;
    "$HOME/o/"*) found_env=other found_in=$HOME/o ;;
    *) found_env='' found_in='' ;;
    esac
}

# --- a walk ---------------------------------------------------------------------------------------

# Usage: make_walk STEPS SEED
#
# Writes a snippet of so many steps at random among three_nested to $world/tmp/walk, and to
# $world/tmp/wanted what each of them is to print. What is expected is kept here in the plainest
# way: where the user is, what is active, who switched it on, and what was stopped where.
make_walk() {
    untraced write_walk "$@"
}

write_walk() {
    local step here=$HOME at=$HOME active='' by='' in='' stopped='' stopped_in='' stack=() pending='' command
    random_state=$2
    : >"$world/tmp/walk"
    : >"$world/tmp/wanted"
    for ((step = 1; step <= $1; step++)); do
        a_step
        printf '%s; at_prompt; state "%s"\n' "$command" "$step" >>"$world/tmp/walk"
        walk_prompt
        printf '%s: %s\n' "$step" "${active:-none}" >>"$world/tmp/wanted"
    done
}

# One that is the same in each bash
random_below() {
    random_state=$(((random_state * 1103515245 + 12345) & 0x7fffffff))
    random_number=$(((random_state >> 16) % $1))
}

a_step() {
    local places=("$HOME" "$HOME/out" "$HOME/p" "$HOME/p/sub" "$HOME/p/q" "$HOME/p/q/sub" "$HOME/p/q/r"
        "$HOME/p/q/r/sub" "$HOME/p/q/r/sub/sub" "$HOME/o" "$HOME/o/sub") names=(outer middle inner other) place
    random_below ${#places[@]}
    place=${places[random_number]}
    random_below 20
    # after a stop by the user first somewhere else: see the tests of that
    [ -z "$pending" ] || [ "$random_number" -lt 15 ] || random_number=0
    case $random_number in
    10 | 11 | 12)
        if [ -n "$active" ]; then
            command=stopvenv
            [ "$random_number" -ne 10 ] || command=deactivate
            [ "$by" = hand ] || { stopped=$active stopped_in=$in pending=yes; }
            active='' by=''
        else
            command=':'
        fi
        ;;
    13)
        command="(cd '$place'; at_prompt; stopvenv || :) >/dev/null 2>&1"
        ;;
    14) command="cd '$HOME/nowhere' 2>/dev/null || :" ;;
    15 | 16)
        random_below ${#names[@]}
        command="usevenv ${names[random_number]}"
        active=${names[random_number]} by=hand
        ;;
    17)
        project_of "$here"
        command='usevenv 2>/dev/null || :'
        [ -z "$found_env" ] || { active=$found_env by=hand; }
        ;;
    18 | 19) walk_stack "$place" ;;
    *)
        command="cd '$place'"
        here=$place
        ;;
    esac
}

walk_stack() {
    case $MULTIVENV_TEST_SHELL_NAME in
    bash | zsh | yash) ;;
    *)
        command="cd '$1'"
        here=$1
        return
        ;;
    esac
    if [ ${#stack[@]} -gt 0 ] && [ "$random_number" -eq 18 ]; then
        command='popd >/dev/null'
        here=${stack[${#stack[@]} - 1]}
        unset "stack[${#stack[@]}-1]"
    else
        command="pushd '$1' >/dev/null"
        stack+=("$here")
        here=$1
    fi
}

# What has to have happened at the prompt
walk_prompt() {
    [ "$here" != "$at" ] || return 0
    at=$here pending=''
    case $here/ in
    "$stopped_in"/*) ;;
    *) stopped='' stopped_in='' ;;
    esac
    [ -z "$active" ] || [ "$by" != hand ] || return 0
    project_of "$here"
    active=$found_env by=self in=$found_in
    [ -z "$stopped" ] || [ "$active" != "$stopped" ] || active=''
}
