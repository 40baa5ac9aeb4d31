# shellcheck shell=sh
# The search for the Python that runs the helper. It is rare: the answer is remembered.

_multivenv_need messages

# search: $_multivenv_interpreter, the first Python that works on PATH and in the usual places
_multivenv_search() {
    _multivenv_tried=:
    set -- "$PATH:" # the rest of PATH
    while [ -n "$1" ]; do
        ! _multivenv_search_in "${1%%:*}" || return 0
        set -- "${1#*:}"
    done
    _multivenv_plain_globs
    # the usual places
    set -- "${PYENV_ROOT:-${HOME-}/.pyenv}"/versions/*/bin \
        "${XDG_DATA_HOME:-${HOME-}/.local/share}"/uv/python/*/bin \
        /usr/bin /usr/local/bin /opt/homebrew/bin /Library/Frameworks/Python.framework/Versions/*/bin
    _multivenv_globs_back
    for _multivenv_word; do
        ! _multivenv_search_in "$_multivenv_word" || return 0
    done
    _multivenv_say "no Python 3.8 or newer found (set MULTIVENV_HELPER_PYTHON to one)"
    return 1
}

# search_in DIR: the first Python in DIR that works
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

# try FILE: if it is such a Python, remembers the interpreter behind it, not a shim or an environment
_multivenv_try() {
    # forks: asks the interpreter, once until it is gone
    _multivenv_interpreter=$("$1" -I -S -c 'import os, sys
sys.version_info >= (3, 8) or sys.exit(1)
print(os.path.realpath(getattr(sys, "_base_executable", "") or sys.executable))' 2>/dev/null </dev/null) &&
        [ -x "$_multivenv_interpreter" ] || return 1
    {
        # forks: makes the cache folder. Not in that of another user.
        # shellcheck disable=SC3067 # every supported shell has -O
        \command mkdir -p -- "$_multivenv_cache" && [ -O "$_multivenv_cache" ] &&
            _multivenv_may_write "$_multivenv_cache/helper-python" &&
            _multivenv_print "$_multivenv_interpreter" >|"$_multivenv_cache/helper-python"
    } 2>/dev/null || :
}
