#!/usr/bin/env bats
# usevenv without a name: which environment belongs to this directory?

# shells: all
load ../support/common
load ../support/disks
load ../support/projects

setup() {
    make_world
    git=$HOME/git
    mkdir "$git"
}

teardown() {
    no_stub_was_started
    nothing_ran
}

# --- what a directory may name --------------------------------------------------------------------

@test "a .venv that leads to an environment of the home is that one, by its name and path" {
    named_by link pallets "$git"
    use_in "$git"
    assert_ok "$MULTIVENV_HOME/pallets"
    rm "$git/.venv"
    ln -s "../.multivenv/../.multivenv//pallets/" "$git/.venv"
    use_in "$git"
    assert_ok "$MULTIVENV_HOME/pallets"
}

@test "a .venv in two steps is the environment at the end of them" {
    named_by link pallets "$git"
    mkdir "$HOME/other"
    ln -s ../git/.venv "$HOME/other/.venv"
    use_in "$HOME/other"
    assert_ok "$MULTIVENV_HOME/pallets"
}

@test "a .venv may lead to a hidden environment, or to one with an odd name" {
    local name wanted='' names=(.hidden ..x '$(touch x)' '*' ' ' $'new\nline')
    for name in "${names[@]}"; do
        fake_env "$name" # what tells where it was made can hold any name
        mkdir "$git/$name"
        ln -s "$env" "$git/$name/.venv"
        wanted+=$env$'\n'
    done
    use_in "${names[@]/#/$git/}"
    assert_ok "${wanted%$'\n'}"
}

@test "a home that is reached through a symlink gives the path by which it is set" {
    named_by link pallets "$git"
    ln -s "$MULTIVENV_HOME" "$world/door"
    with_env "MULTIVENV_HOME=$world/door"
    use_in "$git"
    assert_ok "$world/door/pallets"
}

@test "usevenv . is usevenv without a name" {
    named_by link pallets "$git"
    run in_shell 'cd "$HOME/git"; usevenv .; printf "%s\n" "$VIRTUAL_ENV"'
    assert_ok "$MULTIVENV_HOME/pallets"
}

@test "a .venv counts before .python-envs, and that before what is bound to the directory" {
    bound third "$git"
    named_by list second "$git"
    named_by link first "$git"
    use_in "$git"
    assert_ok "$MULTIVENV_HOME/first"
    rm "$git/.venv"
    use_in "$git"
    assert_ok "$MULTIVENV_HOME/second"
    rm "$git/.python-envs"
    use_in "$git"
    assert_ok "$MULTIVENV_HOME/third"
}

@test "the nearest directory counts, however it names its environment" {
    named_by link outer "$git"
    bound middle "$git/a/b"
    named_by list inner "$git/a/b/c/d"
    mkdir "$git/a/b/c/d/e"
    use_in "$git/a"
    assert_ok "$MULTIVENV_HOME/outer"
    use_in "$git/a/b/c"
    assert_ok "$MULTIVENV_HOME/middle"
    use_in "$git/a/b/c/d/e"
    assert_ok "$MULTIVENV_HOME/inner"
}

@test "nothing is found where nothing is, in the root folder too" {
    plain_env pallets
    use_in /
    refused "no environment is bound to '/' or a parent directory (usevenv NAME, or see lsvenvs)"
}

# --- .venv as a file ------------------------------------------------------------------------------

@test "a .venv that is a file is one line with a name or a path" {
    plain_env pallets
    plain_env 'two words'
    local line
    for line in 'pallets\n' 'pallets' 'pallets\r\n' '../.multivenv/pallets\n' "$env/../pallets"; do
        # shellcheck disable=SC2059 # the line is a format
        printf "$line" >"$git/.venv"
        use_in "$git"
        assert_ok "$MULTIVENV_HOME/pallets"
    done
    printf 'two words\n' >"$git/.venv"
    use_in "$git"
    assert_ok "$MULTIVENV_HOME/two words"
}

@test "a .venv that is a file and anything else is refused" {
    plain_env pallets
    local text
    for text in '' '\n' 'pallets\npallets\n' '\npallets\n' '.\n' '..\n' 'pal\033lets\n' 'a/\tb\n' '\r\n'; do
        # shellcheck disable=SC2059 # the text is a format
        printf "$text" >"$git/.venv"
        use_in "$git"
        refused "the file '$git/.venv' is not one line with a path or a name (usevenv NAME activates one)"
    done
}

@test "a .venv that names nothing is refused, and nothing else is taken" {
    bound pallets "$git"
    local line path
    # shellcheck disable=SC2088 # it is not to be expanded
    for line in nonesuch ../../x "$HOME/x/y" '$(touch x)' '`touch x`/' "~/.multivenv/pallets" '-h' '*' '../.multivenv/*'; do
        printf '%s\n' "$line" >"$git/.venv"
        case $line in
        /*) path=$line ;;
        */*) path=$git/$line ;;
        *) path=$MULTIVENV_HOME/$line ;;
        esac
        use_in "$git"
        refused "'$git/.venv' names '$path', which is not an environment (usevenv NAME activates one)"
    done
}

@test "a .venv file cannot name a folder above the home" {
    mkdir -p "$MULTIVENV_HOME"
    hostile_env "$HOME"
    printf '..\n' >"$git/.venv"
    use_in "$git"
    refused "the file '$git/.venv' is not one line with a path or a name (usevenv NAME activates one)"
}

@test "a .venv that is nothing of the kind is refused" {
    bound pallets "$git"
    ln -s nowhere "$git/.venv"
    use_in "$git"
    refused "'$git/.venv' is a broken symlink (usevenv NAME activates one)"
    rm "$git/.venv"
    mkdir "$git/.venv"
    use_in "$git"
    refused "'$git/.venv' is not an environment (usevenv NAME activates one)"
    rmdir "$git/.venv"
    mkfifo "$git/.venv"
    use_in "$git"
    refused "'$git/.venv' is not an environment (usevenv NAME activates one)"
}

# --- .python-envs ---------------------------------------------------------------------------------

# Usage: listing FORMAT
listing() {
    # shellcheck disable=SC2059 # that is what it is
    printf "$1" >"$git/.python-envs"
    use_in "$git"
}

@test "of .python-envs the last line counts, however it ends" {
    plain_env pallets
    local home=../.multivenv
    for text in "$home/pallets" "$home/pallets\\n" "nowhere\\n$home/pallets\\n" "nowhere\\r\\n$home/pallets\\r\\n" \
        "$home/pallets\\n\\n\\r\\n\\n" "$MULTIVENV_HOME/pallets/\\n" "$home/pallets\\n$home/pallets\\n"; do
        listing "$text"
        assert_ok "$MULTIVENV_HOME/pallets"
    done
}

@test "a line of .python-envs is a path, and not the name of an environment" {
    plain_env pallets
    listing 'pallets\n'
    refused "the last line of '$git/.python-envs' names '$git/pallets', which is not an environment (correct it, or usevenv NAME)"
    env_at "$git/pallets"
    use_in "$git"
    assert_ok "$git/pallets"
}

@test "where the last line of .python-envs cannot be used no other is taken" {
    bound pallets "$git"
    local line
    for line in nowhere '$(touch x)' '`touch x`' '../../../..' '~' '-' '*'; do
        printf '%s\n' "$env" "$line" >"$git/.python-envs"
        use_in "$git"
        refused "the last line of '$git/.python-envs' names '$git/$line', which is not an environment (correct it, or usevenv NAME)"
    done
}

@test "what a line of .python-envs says does not reach the terminal as an order to it" {
    bound pallets "$git"
    listing 'now\033[2Jhere\n'
    refused "the last line of '$git/.python-envs' contains a control character (correct it, or usevenv NAME)"
}

@test "a .python-envs that is not UTF-8 is no reason to wait" {
    bound pallets "$git"
    listing 'one\n\377\376two\nthree\n'
    assert_status 1
    assert_contains "multivenv: "
    listing 'one\n\377'
    assert_status 1
    assert_contains "multivenv: "
}

@test "a .python-envs that cannot be read is refused" {
    # for busybox, root may read everything
    [ "$MULTIVENV_TEST_SHELL_NAME" != busybox ] || return 0
    bound pallets "$git"
    : >"$git/.python-envs"
    chmod 0 "$git/.python-envs"
    run in_shell -w as_anyone +eu 'cd "$1"; usevenv' "$git"
    refused "cannot read '$git/.python-envs' (usevenv NAME activates one)"
}

@test "a .python-envs without a line, or that is no file, counts for nothing" {
    bound pallets "$git"
    listing ''
    assert_ok "$MULTIVENV_HOME/pallets"
    listing '\n\r\n\n'
    assert_ok "$MULTIVENV_HOME/pallets"
    rm "$git/.python-envs"
    mkfifo "$git/.python-envs"
    use_in "$git"
    assert_ok "$MULTIVENV_HOME/pallets"
    rm "$git/.python-envs"
    ln -s nowhere "$git/.python-envs"
    use_in "$git"
    assert_ok "$MULTIVENV_HOME/pallets"
}

# --- .project -------------------------------------------------------------------------------------

@test "of several bound to a directory, the one used last; never used is longest ago" {
    local name
    for name in a b c d; do
        bound $name "$git"
    done
    touch -t 200102030000 "$MULTIVENV_HOME/b/.last-used"
    touch -t 200202030000 "$MULTIVENV_HOME/c/.last-used"
    use_in "$git"
    assert_ok "$MULTIVENV_HOME/c"
    rm "$MULTIVENV_HOME/c/.last-used" # which was written just now
    use_in "$git"
    assert_ok "$MULTIVENV_HOME/b"
}

@test "a binding is found where the directory is reached by a symlink, on either side" {
    bound pallets "$git"
    mkdir "$git/sub"
    ln -s git "$HOME/door"
    ln -s git/sub "$HOME/window"
    use_in "$HOME/door"
    assert_ok "$MULTIVENV_HOME/pallets"
    use_in "$HOME/door/sub"
    assert_ok "$MULTIVENV_HOME/pallets"
    printf '%s\n' "$HOME/door/" >"$MULTIVENV_HOME/pallets/.project"
    use_in "$git"
    assert_ok "$MULTIVENV_HOME/pallets"
}

@test "an invalid binding binds nothing" {
    bound pallets "$git"
    local text
    # shellcheck disable=SC2088 # it is not to be expanded
    for text in '' '\n' 'git\n' '$HOME/git\n' "~/git\n" '\n%s\n' '%s*\n' '%s/x\n'; do
        # shellcheck disable=SC2059 # the text is a format
        printf "$text" "$git" >"$env/.project"
        use_in "$git"
        refused "no environment is bound to '$git' or a parent directory (usevenv NAME, or see lsvenvs)"
    done
    rm "$env/.project"
    mkfifo "$env/.project"
    use_in "$git"
    refused "no environment is bound to '$git' or a parent directory (usevenv NAME, or see lsvenvs)"
}

# --- environments that are not of the home --------------------------------------------------------

# Usage: shown_in DIR
shown_in() {
    run in_shell 'PS1="> "; cd "$1"; usevenv
        printf "%s\n" "$VIRTUAL_ENV" "$VIRTUAL_ENV_PROMPT" "$PS1" "${UV_PROJECT_ENVIRONMENT-no variable for uv}"' "$1"
}

@test "a project's own .venv is activated, and shown by the name of the folder" {
    env_at "$git/.venv"
    mkdir "$git/sub"
    shown_in "$git/sub"
    assert_ok "$git/.venv
git
(git) > 
no variable for uv"
}

@test "an environment that is not hidden has its own name" {
    env_at "$git/venv"
    ln -s venv "$git/.venv"
    printf 'venv\n' >"$git/.python-envs"
    rm "$git/.venv"
    shown_in "$git"
    assert_ok "$git/venv
venv
(venv) > 
no variable for uv"
}

@test "what its maker has written down as its prompt is shown" {
    local prompt
    for prompt in mine "'mine'" '"mine"'; do
        env_at "$git/.venv" "$prompt"
        shown_in "$git"
        assert_ok "$git/.venv
mine
(mine) > 
no variable for uv"
        rm -r "${env:?}"
    done
}

@test "a prompt that somebody else has written down is not executed" {
    env_at "$git/.venv" '$(touch x)`touch x`!\w'
    shown_in "$git"
    assert_ok "$git/.venv
\$(touch x)\`touch x\`!\\w
(_(touch x)_touch x___w) > 
no variable for uv"
}

@test "nothing is written into an environment that is not of the home" {
    env_at "$git/.venv"
    local before
    before=$(find "$git" | sort)
    run in_shell 'cd "$HOME/git"; usevenv; stopvenv; usevenv -; usevenv .'
    assert_ok ''
    same "$before" "$(find "$git" | sort)"
}

@test "usevenv without a name does not run what it finds" {
    hostile_env "$git/.venv"
    run in_shell +eu 'cd "$HOME/git"; usevenv; usevenv .; stopvenv'
    refute_contains 'not found'
    rm "$env/bin/python"
    use_in "$git"
    assert_status 1
    rm "$env/pyvenv.cfg"
    use_in "$git"
    assert_status 1
}

@test "an environment that is not of the home has no hooks" {
    local hook
    env_at "$git/.venv"
    for hook in preactivate postactivate predeactivate postdeactivate; do
        write_trap >"$env/bin/$hook"
        chmod +x "$env/bin/$hook"
    done
    run in_shell 'cd "$HOME/git"; usevenv; stopvenv; usevenv -'
    assert_ok ''
    with_env "VIRTUAL_ENV=$env"
    run in_shell 'stopvenv'
    assert_ok ''
}

@test "a pyvenv.cfg that is not UTF-8 is no reason to wait" {
    env_at "$git/.venv"
    printf 'x = \377\376\nprompt = mine\n' >>"$env/pyvenv.cfg"
    use_in "$git"
    assert_contains "$git/.venv"
}

# --- odd directories ------------------------------------------------------------------------------

@test "a directory may have any name" {
    plain_env pallets
    local name wanted='' dirs=()
    for name in 'a b' '$(touch x)' '`touch x`' '*' '[a]' "it's" '"' "\\" '-n' '~' '#' $'new\nline' 'ünï' '!x' ' ' '%s'; do
        mkdir -p "$git/$name/sub $name" "$HOME/list/$name"
        printf 'pallets\n' >"$git/$name/.venv"
        printf '../../.multivenv/pallets\n' >"$HOME/list/$name/.python-envs"
        dirs+=("$git/$name/sub $name" "$HOME/list/$name")
        wanted+=$env$'\n'$env$'\n'
    done
    use_in "${dirs[@]}"
    assert_ok "${wanted%$'\n'}"
}

@test "a binding may have any directory that a line can hold" {
    plain_env pallets
    local name wanted='' dirs=()
    for name in 'a b' '$(touch x)' '`touch x`' '*' '[a]' "it's" '"' "\\" '-n' '~' '#' 'ünï' '!x' ' ' '%s'; do
        mkdir -p "$git/$name/sub $name"
        dirs+=("$git/$name")
        wanted+=$env$'\n'
    done
    run in_shell 'for dir; do
            printf "%s\n" "$dir" >"$HOME/.multivenv/pallets/.project"
            cd "$dir/sub ${dir##*/}"; usevenv; printf "%s\n" "$VIRTUAL_ENV"; stopvenv
        done' "${dirs[@]}"
    assert_ok "${wanted%$'\n'}"
}

@test "a directory that only looks like the one that is bound is not taken for it" {
    bound star "$git/*"
    bound set "$git/[ab]"
    bound parent "$git/par"
    mkdir -p "$git/a" "$git/parent" "$git/par " "$HOME/par"
    local dir
    for dir in "$git/a" "$git/parent" "$git/par " "$HOME/par"; do
        use_in "$dir"
        refused "no environment is bound to '$dir' or a parent directory (usevenv NAME, or see lsvenvs)"
    done
}

@test "in a directory that is gone, what is above it counts" {
    bound pallets "$git"
    mkdir "$git/gone"
    run in_shell 'cd "$HOME/git/gone"; rmdir "$HOME/git/gone"; usevenv; printf "%s\n" "$VIRTUAL_ENV"'
    assert_ok "$MULTIVENV_HOME/pallets"
}

# --- what it starts and what it leaves behind -----------------------------------------------------

@test "no process is started, however the environment is named" {
    local how
    for how in link file path list; do
        named_by "$how" "$how" "$HOME/$how/deep"
    done
    env_at "$git/.venv"
    ln -s "$HOME/link" "$HOME/door"
    assert_reads_without_process ':' 'for dir in link/deep file/deep path/deep list/deep git door/deep; do
        cd "$HOME/$dir"; usevenv; stopvenv; usevenv .; done'
}

@test "no process is started for a binding, nor where there is nothing" {
    bound pallets "$git"
    ln -s git "$HOME/door"
    mkdir "$HOME/other"
    assert_starts_no_process +eu ':' 'cd "$HOME/door"; usevenv; stopvenv; cd "$HOME/other"; usevenv'
}

@test "no trace is left, whether something was found or not" {
    bound pallets "$git"
    named_by list inner "$git/deep"
    mkdir "$HOME/other" "$HOME/bad"
    printf '..\n' >"$HOME/bad/.venv"
    local options
    for options in '' -i; do
        run changes_of $options +eu 'usevenv; stopvenv; cd "$HOME/git/deep"; usevenv; stopvenv; cd "$HOME/other"
            usevenv 2>/dev/null; cd "$HOME/bad"; usevenv 2>/dev/null; cd "$HOME/git"' \
            'cd "$HOME/git"; cd "$HOME/bad"; cd "$HOME/git"; _multivenv_previous=$HOME/.multivenv/inner
            VIRTUALENVWRAPPER_LAST_VIRTUAL_ENV=x; unset -v VIRTUALENVWRAPPER_LAST_VIRTUAL_ENV'
        assert_ok ''
    done
}

@test "odd options and variables of the shell's make no difference, and stay" {
    bound pallets "$git"
    named_by list second "$git/list"
    named_by link first "$git/link"
    mkdir "$HOME/elsewhere"
    local setting settings=('set -C' 'set -f' 'IFS=/.v' 'unset IFS' 'CDPATH=$HOME/elsewhere:/' 'LC_ALL=C')
    case $MULTIVENV_TEST_SHELL_NAME in
    bash) settings+=('shopt -s nullglob dotglob' 'shopt -s failglob' 'shopt -s nocasematch') ;;
    zsh) settings+=('setopt ksharrays' 'setopt shwordsplit' 'setopt nullglob' 'setopt globsubst' 'setopt cshnullglob'
        'setopt errreturn' 'setopt kshglob nobareglobqual' 'setopt warncreateglobal' 'setopt noequals' 'setopt globdots') ;;
    esac
    for setting in "${settings[@]}"; do
        run changes_of "$setting
            cd \"\$HOME/git\"; usevenv; stopvenv; cd \"\$HOME/git/list\"; usevenv; stopvenv
            cd \"\$HOME/git/link\"; usevenv; [ \"\$VIRTUAL_ENV\" = \"\$HOME/.multivenv/first\" ] || printf 'wrong one\n'
            stopvenv; cd \"\$HOME/git\"" "$setting; cd \"\$HOME/git/link\" && cd \"\$HOME/git\"
            _multivenv_previous=\$HOME/.multivenv/first"
        assert_ok ''
    done
}

@test "a .project with the line ends of Windows is read alike everywhere" {
    fake_env pallets
    printf '%s\r\n' "$git" >"$env/.project"
    use_in "$git"
    assert_ok "$MULTIVENV_HOME/pallets"
    run in_shell 'cdvenv --project pallets; printf "%s\n" "$PWD"'
    assert_ok "$git"
}
