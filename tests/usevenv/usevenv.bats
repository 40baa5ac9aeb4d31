# usevenv and stopvenv: what they put into the shell, and take out again.

# shells: all
load ../support/common

@test "usevenv sets what a program in the environment sees" {
    fake_env pallets
    run in_shell 'PATH_BEFORE=$PATH
        usevenv pallets
        env | grep ^VIRTUAL_ENV | sort
        [ "$PATH" = "$VIRTUAL_ENV/bin:$PATH_BEFORE" ] && printf "first on PATH\n"'
    assert_ok "VIRTUAL_ENV=$MULTIVENV_HOME/pallets
VIRTUAL_ENV_PROMPT=pallets
first on PATH"
}

@test "usevenv starts no process" {
    fake_env pallets
    assert_starts_no_process ':' 'usevenv pallets'
}

@test "switching from one to another starts no process" {
    fake_env pallets
    fake_env relephant
    assert_starts_no_process 'usevenv pallets' 'usevenv relephant'
}

@test "stopvenv starts no process" {
    fake_env pallets
    assert_starts_no_process 'usevenv pallets' 'stopvenv'
}

@test "usevenv of an environment without pip starts no process" {
    fake_env pallets
    rm "$env/bin/pip"
    assert_starts_no_process ':' 'usevenv pallets'
}

@test "usevenv without a name starts no process" {
    fake_env pallets
    mkdir "$HOME/project"
    printf '%s\n' "$HOME/project" >"$env/.project"
    assert_starts_no_process 'cd "$HOME/project"' 'usevenv'
}

@test "usevenv and stopvenv leave every variable, function, option and alias as it was" {
    fake_env pallets
    run changes_of 'usevenv pallets; stopvenv' 'PS1="\$ "; PYTHONHOME=/nowhere; export PYTHONHOME; _multivenv_previous=$HOME/.multivenv/pallets'
    assert_ok ''
}

@test "the same without a prompt" {
    fake_env pallets
    run changes_of 'usevenv pallets; stopvenv' 'unset -v PS1; _multivenv_previous=$HOME/.multivenv/pallets'
    assert_ok ''
}

@test "the same at a prompt" {
    fake_env pallets
    run changes_of -i 'usevenv pallets; stopvenv' '_multivenv_previous=$HOME/.multivenv/pallets'
    assert_ok ''
}

@test "a verb that fails leaves no trace either" {
    fake_env pallets
    run changes_of +eu 'usevenv nonesuch 2>/dev/null
        usevenv -x 2>/dev/null
        usevenv - 2>/dev/null
        usevenv 2>/dev/null
        stopvenv 2>/dev/null
        cdvenv 2>/dev/null
        cdvenv nonesuch 2>/dev/null
        cdvenv --project pallets 2>/dev/null
        lsvenvs "nonesuch*" 2>/dev/null
        lsvenvs --names >/dev/null
        lsvenvs --json >/dev/null
        rmvenv nonesuch 2>/dev/null
        mkvenv a/b 2>/dev/null
        multivenv help >/dev/null
        cdvenv pallets
        cd "$HOME"' 'cd "$HOME/.multivenv/pallets"; cd "$HOME"'
    assert_ok ''
}

@test "usevenv alone changes only what it has to" {
    fake_env pallets
    run changes_of 'usevenv pallets' 'PS1="\$ "'
    assert_status 0
    local definition='^[+](function )?([A-Za-z_][A-Za-z_0-9]*)(=|[[:space:]]*[(][)]|$)' line
    while IFS= read -r line; do
        [[ $line =~ $definition ]] || continue
        case ${BASH_REMATCH[2]} in
        VIRTUAL_ENV | VIRTUAL_ENV_PROMPT | PATH | path | PS1 | PROMPT | prompt | deactivate) ;;
        _multivenv_active | _multivenv_label | _OLD_VIRTUAL_PATH | _OLD_VIRTUAL_PS1) ;;
        *) fail "unexpected: $line" ;;
        esac
    done <<<"$output"
    assert_contains VIRTUAL_ENV_PROMPT
}

@test "what others put before or into PATH meanwhile stays" {
    fake_env pallets
    run in_shell 'PATH_BEFORE=$PATH
        usevenv pallets
        PATH=/first:$PATH:/last
        stopvenv
        [ "$PATH" = "/first:$PATH_BEFORE:/last" ] && printf "kept\n"'
    assert_ok kept
}

@test "only its own entry is taken from PATH" {
    fake_env pallets
    run in_shell 'mine=$HOME/.multivenv/pallets/bin
        PATH="$PATH:$mine:$mine-not"
        PATH_BEFORE=$PATH
        usevenv pallets
        stopvenv
        [ "$PATH" = "$PATH_BEFORE" ] && printf "kept\n"'
    assert_ok kept
}

@test "an empty PATH comes back empty" {
    fake_env pallets
    run in_shell 'SAVED=$PATH; PATH=
        usevenv pallets
        stopvenv
        stopped=$PATH
        PATH=$SAVED
        printf "<%s>\n" "$stopped"'
    assert_ok '<>'
}

@test "the prompt shows the name, and comes back byte for byte" {
    fake_env pallets
    run in_shell 'PS1="a
b \\$ "; BEFORE=$PS1
        usevenv pallets
        case $PS1 in "(pallets) $BEFORE") printf "shown\n" ;; esac
        stopvenv
        [ "$PS1" = "$BEFORE" ] && printf "back\n"'
    assert_ok "shown
back"
}

@test "a prompt that something else has put more before comes back too" {
    fake_env pallets
    run in_shell 'PS1="> "
        usevenv pallets
        PS1="[git] $PS1"
        stopvenv
        printf "%s\n" "$PS1"'
    assert_ok '[git] > '
}

@test "a prompt that was not set is not made" {
    fake_env pallets
    run in_shell 'unset -v PS1
        usevenv pallets
        printf "%s\n" "${PS1-unset}"
        stopvenv
        printf "%s\n" "${PS1-unset}"'
    assert_ok "unset
unset"
}

@test "VIRTUAL_ENV_DISABLE_PROMPT leaves the prompt alone" {
    fake_env pallets
    with_env VIRTUAL_ENV_DISABLE_PROMPT=1
    run in_shell 'PS1="> "
        usevenv pallets
        printf "%s\n" "$PS1"
        stopvenv
        printf "%s\n" "$PS1"'
    assert_ok "> 
> "
}

@test "what the shell would expand in a prompt is not put into it" {
    fake_env '$(touch x)`touch x`!\w'
    run in_shell 'PS1="> "
        usevenv "\$(touch x)\`touch x\`!\\w"
        printf "%s\n" "$PS1" "$VIRTUAL_ENV_PROMPT"
        stopvenv
        printf "%s\n" "$PS1"'
    assert_ok '(_(touch x)_touch x___w) > 
$(touch x)`touch x`!\w
> '
}

@test "a percent sign in a name is shown as one, and the prompt comes back" {
    fake_env '50% off'
    run in_shell 'PS1="> "
        usevenv "50% off"
        printf "%s\n" "$PS1"
        stopvenv
        printf "%s\n" "$PS1"'
    case $MULTIVENV_TEST_SHELL_NAME in
    zsh) assert_ok "(50%% off) > 
> " ;;
    *) assert_ok "(50% off) > 
> " ;;
    esac
}

@test "commands are searched again after each switch" {
    fake_env one
    fake_env two
    local name
    for name in one two; do
        printf '#!/bin/sh\nprintf "%%s\\n" %s\n' "$name" >"$MULTIVENV_HOME/$name/bin/which-env"
        chmod +x "$MULTIVENV_HOME/$name/bin/which-env"
    done
    mkdir "$world/bin"
    printf '#!/bin/sh\nprintf "none\\n"\n' >"$world/bin/which-env"
    chmod +x "$world/bin/which-env"
    with_env "PATH=$(path_with "$world/bin")"
    run in_shell 'which-env; usevenv one; which-env; usevenv two; which-env; stopvenv; which-env'
    assert_ok "none
one
two
none"
}

@test "PYTHONHOME is hidden while an environment is active" {
    fake_env pallets
    with_env PYTHONHOME=/nowhere
    run in_shell 'usevenv pallets
        env | grep -c ^PYTHONHOME || :
        stopvenv
        env | grep ^PYTHONHOME'
    assert_ok "0
PYTHONHOME=/nowhere"
}

@test "deactivate does what stopvenv does, and is gone afterwards" {
    fake_env pallets
    run in_shell 'PATH_BEFORE=$PATH
        usevenv pallets
        deactivate
        printf "%s\n" "${VIRTUAL_ENV-none}"
        [ "$PATH" = "$PATH_BEFORE" ] && printf "restored\n"
        SAVED=$PATH PATH=/nowhere found=yes
        command -v deactivate || found=no
        PATH=$SAVED
        printf "found: %s\n" "$found"'
    assert_ok "none
restored
found: no"
}

@test "an alias called deactivate of the user's stays" {
    fake_env pallets
    run in_shell "alias deactivate='stopvenv'
        usevenv pallets
        stopvenv
        alias deactivate"
    assert_status 0
    assert_contains stopvenv
}

@test "usevenv - goes back and forth between two" {
    fake_env one
    fake_env two
    run in_shell 'usevenv one
        usevenv two
        usevenv -
        printf "%s\n" "$VIRTUAL_ENV_PROMPT"
        usevenv -
        printf "%s\n" "$VIRTUAL_ENV_PROMPT"
        stopvenv
        usevenv -
        printf "%s\n" "$VIRTUAL_ENV_PROMPT"
        usevenv two
        usevenv one
        usevenv one
        usevenv -
        printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_ok "one
two
two
two"
}

@test "usevenv - says so if there is no previous one, or it is gone" {
    fake_env one
    run in_shell +eu 'usevenv -'
    assert_status 1
    assert_output_is "multivenv: no previous environment (see lsvenvs)"
    run in_shell +eu 'usevenv one; stopvenv; rm -r "$HOME/.multivenv/one"; usevenv -'
    assert_status 1
    assert_output_is "multivenv: the previous environment, 'one', no longer exists (see lsvenvs)"
}

@test "a switch that is refused leaves the active one as it is" {
    fake_env one
    run in_shell +eu 'usevenv one
        usevenv nonesuch
        printf "%s %s\n" "$?" "$VIRTUAL_ENV_PROMPT"'
    assert_ok "multivenv: no environment named 'nonesuch' (see lsvenvs)
1 one"
}

@test "usevenv takes one name" {
    fake_env one
    fake_env two
    run in_shell +eu 'usevenv one two'
    assert_status 2
    assert_output_is "multivenv: usevenv takes one name (see usevenv --help)"
}

@test "stopvenv takes no name, and says when nothing is active" {
    run in_shell +eu 'stopvenv x'
    assert_status 2
    assert_output_is "multivenv: stopvenv takes no name: it stops the active environment (see stopvenv --help)"
    run in_shell +eu 'stopvenv'
    assert_status 1
    assert_output_is "multivenv: no environment is active (usevenv NAME activates one)"
}

@test "usevenv tells when it was last used, also under noclobber" {
    fake_env pallets
    touch -d '2001-02-03 00:00' "$env/.last-used" 2>/dev/null || touch -t 200102030000 "$env/.last-used"
    run in_shell 'set -C; usevenv pallets'
    assert_status 0
    [ -n "$(find "$env/.last-used" -newer "$env/pyvenv.cfg")" ]
}

@test "an environment that cannot be written to is activated all the same" {
    fake_env pallets
    mkdir "$env/.last-used" # nothing can be written there, not even by root
    run in_shell 'usevenv pallets; printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_ok pallets
}

@test "an environment activated by its own script is left cleanly first" {
    fake_env one
    fake_env two
    cat >"$MULTIVENV_HOME/one/bin/activate" <<'END'
deactivate () {
    PATH="$_OLD_VIRTUAL_PATH"; export PATH
    if [ -n "$PS1_SAVED" ]; then PS1=$PS1_SAVED; fi
    unset _OLD_VIRTUAL_PATH VIRTUAL_ENV PS1_SAVED
    if [ ! "$1" = "nondestructive" ] ; then unset -f deactivate; fi
    if [ -n "$SOME_UNSET_VARIABLE" ]; then :; fi
}
_OLD_VIRTUAL_PATH="$PATH"
PS1_SAVED=$PS1
VIRTUAL_ENV="$HOME/.multivenv/one"; export VIRTUAL_ENV
PATH="$VIRTUAL_ENV/bin:$PATH"; export PATH
PS1="(one) $PS1"
END
    run in_shell 'PATH_BEFORE=$PATH; PS1="> "
        . "$HOME/.multivenv/one/bin/activate"
        usevenv two
        [ "$PATH" = "$VIRTUAL_ENV/bin:$PATH_BEFORE" ] && printf "%s\n" "$VIRTUAL_ENV_PROMPT" "$PS1"
        stopvenv
        [ "$PATH" = "$PATH_BEFORE" ] && printf "%s\n" "${VIRTUAL_ENV-none}" "$PS1"
        case $- in *u*) printf "still -u\n" ;; esac'
    assert_ok "two
(two) > 
none
> 
still -u"
}

@test "stopvenv stops an environment that its own script activated" {
    fake_env one
    printf '%s\n' 'deactivate() { unset VIRTUAL_ENV; unset -f deactivate; }' 'VIRTUAL_ENV=/x' >"$env/bin/activate"
    run in_shell '. "$HOME/.multivenv/one/bin/activate"
        stopvenv
        printf "%s\n" "${VIRTUAL_ENV-none}"'
    assert_ok none
}

@test "a bin/activate sourced on top takes over cleanly, and either can be left" {
    fake_env one
    fake_env two
    write_activate >"$env/bin/activate"
    with_env PYTHONHOME=/nowhere
    local ending
    for ending in stopvenv 'set +u; deactivate; set -u' 'usevenv one; stopvenv'; do
        run in_shell 'PATH_BEFORE=$PATH; PS1="> "
            usevenv one
            set +u
            . "$HOME/.multivenv/two/bin/activate"
            set -u
            printf "%s\n" "${VIRTUAL_ENV##*/}" "$PS1" "${PYTHONHOME-hidden}"
            [ "$PATH" = "$VIRTUAL_ENV/bin:$PATH_BEFORE" ] && printf "PATH has only that\n"
            '"$ending"'
            printf "%s\n" "${VIRTUAL_ENV-none}" "$PS1" "${PYTHONHOME-lost}"
            [ "$PATH" = "$PATH_BEFORE" ] && printf "PATH is back\n"'
        assert_ok "two
(two) > 
hidden
PATH has only that
none
> 
/nowhere
PATH is back"
    done
}

# What venv writes, in essence.
write_activate() {
    cat <<'END'
deactivate () {
    if [ -n "${_OLD_VIRTUAL_PATH:-}" ] ; then PATH="$_OLD_VIRTUAL_PATH"; export PATH; unset _OLD_VIRTUAL_PATH; fi
    if [ -n "${_OLD_VIRTUAL_PYTHONHOME:-}" ] ; then
        PYTHONHOME="$_OLD_VIRTUAL_PYTHONHOME"; export PYTHONHOME; unset _OLD_VIRTUAL_PYTHONHOME
    fi
    if [ -n "${_OLD_VIRTUAL_PS1:-}" ] ; then PS1="$_OLD_VIRTUAL_PS1"; export PS1; unset _OLD_VIRTUAL_PS1; fi
    unset VIRTUAL_ENV
    if [ ! "$1" = "nondestructive" ] ; then unset -f deactivate; fi
}
deactivate nondestructive
VIRTUAL_ENV="$HOME/.multivenv/two"; export VIRTUAL_ENV
_OLD_VIRTUAL_PATH="$PATH"
PATH="$VIRTUAL_ENV/bin:$PATH"; export PATH
if [ -n "${PYTHONHOME:-}" ] ; then _OLD_VIRTUAL_PYTHONHOME="$PYTHONHOME"; unset PYTHONHOME; fi
_OLD_VIRTUAL_PS1="$PS1"
PS1="(two) $PS1"; export PS1
END
}

@test "a VIRTUAL_ENV changed by hand does not keep stopvenv from its work" {
    fake_env one
    run in_shell 'PATH_BEFORE=$PATH
        usevenv one
        VIRTUAL_ENV=/elsewhere
        stopvenv
        printf "%s\n" "${VIRTUAL_ENV-none}"
        [ "$PATH" = "$PATH_BEFORE" ] && printf "PATH is back\n"
        command -v stopvenv >/dev/null && printf "and the verbs\n"'
    assert_ok "none
PATH is back
and the verbs"
}

@test "an environment inherited from the shell before is left cleanly" {
    fake_env one
    fake_env two
    with_env "VIRTUAL_ENV=$MULTIVENV_HOME/one" VIRTUAL_ENV_PROMPT=one "PATH=$MULTIVENV_HOME/one/bin:$test_path"
    run in_shell 'PS1="(one) > "
        usevenv two
        printf "%s\n" "$PS1" "$PATH"
        stopvenv
        printf "%s\n" "$PS1" "$PATH" "${VIRTUAL_ENV-none}"'
    assert_ok "(two) > 
$MULTIVENV_HOME/two/bin:$test_path
> 
$test_path
none"
    run in_shell 'stopvenv; printf "%s\n" "$PATH" "${VIRTUAL_ENV-none}" "${VIRTUAL_ENV_PROMPT-none}"'
    assert_ok "$test_path
none
none"
}

@test "an executable called deactivate on PATH is not run" {
    fake_env one
    fake_env two
    mkdir "$world/bin"
    printf '#!/bin/sh\nprintf "was run\\n"\n' >"$world/bin/deactivate"
    chmod +x "$world/bin/deactivate"
    with_env "PATH=$(path_with "$world/bin")" "VIRTUAL_ENV=$MULTIVENV_HOME/one"
    run in_shell 'usevenv two; stopvenv'
    assert_ok ''
}

@test "a symlinked environment is used by the name of its link" {
    fake_env real
    mv "$env" "$world/elsewhere"
    ln -s "$world/elsewhere" "$MULTIVENV_HOME/link"
    sed -i.bak "s|$env|$world/elsewhere|" "$world/elsewhere/bin/pip"
    run in_shell 'usevenv link; printf "%s\n" "$VIRTUAL_ENV"'
    assert_ok "$MULTIVENV_HOME/link"
}

@test "the home may be reached through a symlink" {
    fake_env pallets
    ln -s "$MULTIVENV_HOME" "$world/door"
    with_env "MULTIVENV_HOME=$world/door//"
    assert_starts_no_process ':' 'usevenv pallets'
    run in_shell 'usevenv pallets; printf "%s\n" "$VIRTUAL_ENV"'
    assert_ok "$world/door/pallets"
}

@test "a MULTIVENV_HOME that cannot be one is refused, whatever the verb" {
    : >"$world/file"
    local verb
    for verb in 'usevenv x' 'lsvenvs' 'rmvenv x' 'mkvenv x' 'cdvenv x'; do
        with_env "MULTIVENV_HOME=$world/a:b"
        run in_shell +eu "$verb"
        assert_status 1
        assert_output_is "multivenv: MULTIVENV_HOME is '$world/a:b': a ':' would split PATH (choose another folder)"
        with_env MULTIVENV_HOME=relative/path
        run in_shell +eu "$verb"
        assert_status 1
        assert_output_is "multivenv: MULTIVENV_HOME is 'relative/path', which is not an absolute path"
        with_env "MULTIVENV_HOME=$world/file"
        run in_shell +eu "$verb"
        assert_status 1
        assert_output_is "multivenv: MULTIVENV_HOME is '$world/file', which is not a directory"
    done
    without_env HOME MULTIVENV_HOME
    run in_shell +eu 'unset -v HOME; lsvenvs'
    assert_status 1
    assert_output_is "multivenv: no folder for environments (set MULTIVENV_HOME)"
}

@test "a MULTIVENV_HOME that goes bad does not keep an environment active" {
    fake_env pallets
    run --separate-stderr in_shell 'usevenv pallets
        MULTIVENV_HOME=relative
        stopvenv
        printf "%s\n" "${VIRTUAL_ENV-none}"'
    assert_ok none
    assert_stderr_is ''
}

@test "without a name, usevenv takes the environment bound to the nearest directory above" {
    mkdir -p "$HOME/work/deep/er" "$HOME/other"
    fake_env outer
    printf '%s\n' "$HOME/work" >"$env/.project"
    fake_env inner
    printf '%s\n' "$HOME/work/deep" >"$env/.project"
    fake_env unrelated
    printf '%s\n' "$HOME/wor" >"$env/.project"
    run in_shell 'cd "$HOME/work/deep/er"; usevenv; printf "%s\n" "$VIRTUAL_ENV_PROMPT"
        cd "$HOME/work"; usevenv .; printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_ok "inner
outer"
    run in_shell +eu 'cd "$HOME/other"; usevenv'
    assert_status 1
    assert_output_is "multivenv: no environment is bound to '$HOME/other' or a parent directory (usevenv NAME, or see lsvenvs)"
}

@test "of two bound to the same directory, usevenv takes the one used last" {
    local name
    mkdir "$HOME/work"
    for name in a b c; do
        fake_env $name
        printf '%s\n' "$HOME/work" >"$env/.project"
        touch -t 200102030000 "$env/.last-used"
    done
    touch "$MULTIVENV_HOME/b/.last-used"
    run in_shell 'cd "$HOME/work"; usevenv; printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_ok b
}

@test "without a usable Python, a sound environment is used and listed all the same" {
    fake_env pallets
    with_env MULTIVENV_HELPER_PYTHON=/nonexistent
    run in_shell 'usevenv pallets; printf "%s\n" "$VIRTUAL_ENV_PROMPT"; stopvenv; lsvenvs --names; cdvenv pallets'
    assert_ok "pallets
pallets"
}

# usevenv remembers that an environment was sound. These were, and are damaged afterwards.

@test "a base that goes after an environment was used is noticed" {
    fake_env pallets
    run in_shell 'usevenv pallets'
    assert_ok ''
    rm -r "$world/base-3.12.4"
    run in_shell +eu 'usevenv pallets'
    assert_status 1
    assert_contains "multivenv: 'pallets' is dangling: bin/python points to $world/base-3.12.4/bin/python3.12, which no longer exists"
}

@test "a base that becomes another minor version after an environment was used is noticed" {
    fake_env pallets
    ln -sf "$world/base-3.12.4/bin/python3" "$env/bin/python"
    run in_shell 'usevenv pallets'
    assert_ok ''
    fake_base 3.13.0 >/dev/null
    cp -R "$world/base-3.13.0"/. "$world/base-3.12.4"
    rm "$world/base-3.12.4/bin/python3.12"
    run in_shell 'usevenv pallets; printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_status 0
    assert_contains "multivenv: 'pallets' is hollow: bin/python starts Python 3.13"
}

@test "python-version in pyvenv.cfg: the Python that the packages are for (PEP 838)" {
    fake_env pallets
    printf 'python-version = 3.12\n' >>"$env/pyvenv.cfg"
    run in_shell 'usevenv pallets; printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_ok pallets
    [ -e "$env/.multivenv-sound" ]
    fake_env other
    printf 'python-version = 3.11\n' >>"$env/pyvenv.cfg"
    run in_shell 'usevenv other; printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_status 0
    assert_contains "multivenv: 'other' is hollow: bin/python starts Python 3.12, but pyvenv.cfg has 'python-version = 3.11'"
}

@test "a pyvenv.cfg that is damaged after an environment was used is noticed" {
    fake_env pallets
    run in_shell 'usevenv pallets'
    assert_ok ''
    sleep 1 # shells that look at whole seconds
    : >"$env/pyvenv.cfg"
    run in_shell +eu 'usevenv pallets'
    assert_status 1
    assert_contains "multivenv: 'pallets' is corrupt"
    rm "$env/pyvenv.cfg"
    run in_shell +eu 'usevenv pallets'
    assert_status 1
    assert_contains "multivenv: 'pallets' is corrupt"
}

@test "an environment that was moved after it was used is warned of, each time" {
    fake_env pallets
    run in_shell 'usevenv pallets'
    assert_ok ''
    mv "$env" "$MULTIVENV_HOME/other"
    run in_shell 'usevenv other; usevenv other; printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    local said="multivenv: 'other' is moved: its scripts point to $env, where it was created (fixvenv other rewrites its paths)"
    assert_ok "$said
$said
other"
}

@test "an environment that was used before starts no process either" {
    fake_env pallets
    assert_starts_no_process 'usevenv pallets; stopvenv' 'usevenv pallets'
}

@test "packages that go after an environment was used are noticed" {
    fake_env pallets
    run in_shell 'usevenv pallets'
    assert_ok ''
    rm -r "${env:?}/lib"
    run in_shell +eu 'usevenv pallets'
    assert_status 1
    assert_output_is "multivenv: 'pallets' is corrupt: its lib has no site-packages folder (fixvenv pallets restores what it can)"
}

# --- marks in an environment that came from elsewhere -----------------------

@test "a mark that is a link, or a FIFO, is not written" {
    fake_env pallets
    printf '%s\n' mine >"$HOME/.bashrc"
    ln -s "$HOME/.bashrc" "$env/.last-used"
    ln -s "$HOME/.bashrc" "$env/.multivenv-sound"
    run in_shell 'usevenv pallets; printf "%s\n" "$VIRTUAL_ENV_PROMPT"; stopvenv; usevenv pallets'
    assert_ok pallets
    same mine "$(cat "$HOME/.bashrc")"
    rm "$env/.last-used" "$env/.multivenv-sound"
    mkfifo "$env/.last-used" "$env/.multivenv-sound"
    run in_shell 'usevenv pallets; printf "%s\n" "$VIRTUAL_ENV_PROMPT"'
    assert_ok pallets
}
