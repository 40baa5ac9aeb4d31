# shellcheck shell=sh
# shellcheck disable=SC2154 # _multivenv_cache is multivenv.sh's
# The search for the Python that runs the helper. multivenv.sh sources this file when it knows of
# none, and forgets its functions afterwards.

# search_everywhere: $_multivenv_interpreter, the first that works of the Pythons on PATH and in the
# usual places. It is asked for the file behind it, so that no shim and no environment is remembered.
_multivenv_search_everywhere() {
    _multivenv_tried=:
    set -- "$PATH:"
    while [ -n "$1" ]; do
        ! _multivenv_search_in "${1%%:*}" || return 0
        set -- "${1#*:}"
    done
    _multivenv_plain_globs
    set -- "${PYENV_ROOT:-${HOME-}/.pyenv}"/versions/*/bin \
        "${XDG_DATA_HOME:-${HOME-}/.local/share}"/uv/python/*/bin \
        /usr/bin /usr/local/bin /opt/homebrew/bin /Library/Frameworks/Python.framework/Versions/*/bin
    _multivenv_globs_back
    for _multivenv_word; do
        ! _multivenv_search_in "$_multivenv_word" || return 0
    done
    _multivenv_say "this needs Python 3.8 or newer, and none was found (set MULTIVENV_HELPER_PYTHON to one)"
    return 1
}

# search_in DIR: one Python in DIR that works, if there is one
_multivenv_search_in() {
    case $1 in
    '' | "${VIRTUAL_ENV:-/}/bin") return 1 ;;
    esac
    case $_multivenv_tried in *":$1:"*) return 1 ;; esac
    _multivenv_tried=$_multivenv_tried$1:
    # macOS has a /usr/bin/python3 that opens a window to install the developer tools
    if [ "$1" = /usr/bin ] && [ -d /System/Library ]; then
        [ -e /Library/Developer/CommandLineTools ] || [ -e /Applications/Xcode.app ] || return 1
    fi
    for _multivenv_key in python3 python3.14 python3.13 python3.12 python3.11 python3.10 python3.9 python3.8 python; do
        if [ -f "$1/$_multivenv_key" ] && [ -x "$1/$_multivenv_key" ]; then
            ! _multivenv_try "$1/$_multivenv_key" || return 0
        fi
    done
    return 1
}

# try FILE: if it is a Python that will do, remembers the interpreter behind it
_multivenv_try() {
    # forks: asks the interpreter, once until it is gone
    _multivenv_interpreter=$("$1" -I -S -c 'import os, sys
sys.version_info >= (3, 8) or sys.exit(1)
print(os.path.realpath(getattr(sys, "_base_executable", "") or sys.executable))' 2>/dev/null </dev/null) &&
        [ -x "$_multivenv_interpreter" ] || return 1
    {
        # forks: makes the cache folder
        \command mkdir -p -- "$_multivenv_cache" && _multivenv_print "$_multivenv_interpreter" >|"$_multivenv_cache/helper-python"
    } 2>/dev/null || :
}
