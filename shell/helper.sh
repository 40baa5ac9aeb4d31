# shellcheck shell=sh
# The Python helper: which interpreter runs it, and how it is started. Only verbs that need it read
# this file.

_multivenv_need messages

# helper VERB WORD...: runs it. Its status is the verb's, so 126, 127 and those of a crash mean that
# the interpreter itself did not start: then this looks for another one, once.
_multivenv_helper() {
    _multivenv_interpreter || return
    _multivenv_start "$@" && return
    # the status, VERB, WORD...
    set -- "$?" "$@"
    case $1 in
    126 | 127 | 132 | 134 | 135 | 136 | 139) ;;
    *) return "$1" ;;
    esac
    if [ -n "${MULTIVENV_HELPER_PYTHON-}" ]; then
        _multivenv_say "MULTIVENV_HELPER_PYTHON is '$MULTIVENV_HELPER_PYTHON', which does not start (set it to Python 3.8 or newer)"
        return 1
    fi
    shift
    _multivenv_need search || return
    _multivenv_search && _multivenv_start "$@"
}

# start VERB WORD...: at Ctrl-Z and in `jobs` most shells show the text of the command that they wait for, so
# it is short and names the verb
_multivenv_start() {
    _multivenv_is_current helper/__main__.py || return
    _multivenv_word=$1
    shift
    # eval: the name of a verb or of an internal request; forks: the helper
    eval "(_multivenv_exec $_multivenv_word \"\$@\")"
}

# exec VERB WORD...: the helper takes the place of this subshell
_multivenv_exec() {
    # Python runs the bytecode that it finds there. -B: it writes none elsewhere.
    # shellcheck disable=SC3067 # every supported shell has -O
    if ! [ -e "$_multivenv_cache" ] || [ -O "$_multivenv_cache" ]; then
        set -- "-Xpycache_prefix=$_multivenv_cache/pycache" "$_multivenv_root/helper/__main__.py" "$@"
    else
        set -- -B "$_multivenv_root/helper/__main__.py" "$@"
    fi
    # the shell for which a temporary environment is made: the fish that asks, or none in the program, which ends too
    # early
    _multivenv_reply=${_multivenv_owner:-$$}
    [ -z "${_multivenv_program-}" ] || _multivenv_reply=none
    MULTIVENV_HOME=$_multivenv_home MULTIVENV_CACHE=$_multivenv_cache MULTIVENV_RESULT=${_multivenv_result-} \
        MULTIVENV_SHELL=$_multivenv_reply MULTIVENV_OWNER=${_multivenv_owner-} \
        MULTIVENV_PYTHON=${MULTIVENV_PYTHON-} MULTIVENV_INSTALLER=${MULTIVENV_INSTALLER-} \
        MULTIVENV_KEEP=${MULTIVENV_KEEP-} MULTIVENV_HOOKS=${MULTIVENV_HOOKS-} \
        MULTIVENV_REQUIREMENTS=${MULTIVENV_REQUIREMENTS-} \
        XDG_BIN_HOME=${XDG_BIN_HOME-} NO_COLOR=${NO_COLOR-} PWD=${PWD-} \
        exec "$_multivenv_interpreter" -I -S -X utf8 "$@"
}

# says STATUS VERB WORD...: the helper says what is wrong, and which word was probably meant, and ends
# with STATUS. Fails where no Python is known: to say more is not worth a search.
_multivenv_says() {
    _multivenv_known_interpreter && \command -v "$_multivenv_interpreter" >/dev/null 2>&1 || return
    _multivenv_value=$1
    shift
    _multivenv_start "$@"
    [ "$?" -eq "$_multivenv_value" ]
}

# unknown SENTENCE WORD KNOWN...
_multivenv_unknown() {
    _multivenv_set_home 2>/dev/null || _multivenv_home=/dev/null
    _multivenv_says 2 suggest "$@" || _multivenv_misuse multivenv "$1 '$2'"
    return 2
}

# interpreter: $_multivenv_interpreter, the Python that runs the helper: the one that is set, the one
# found before, or the first that works
_multivenv_interpreter() {
    if ! _multivenv_known_interpreter; then
        _multivenv_need search || return
        _multivenv_search
    fi
}

_multivenv_known_interpreter() {
    _multivenv_cache=${XDG_CACHE_HOME:-${HOME-}/.cache}/multivenv
    _multivenv_interpreter=${MULTIVENV_HELPER_PYTHON-}
    if [ -n "$_multivenv_interpreter" ]; then
        return 0
    fi
    # shellcheck disable=SC3067 # every supported shell has -O
    if [ -O "$_multivenv_cache" ] && [ -O "$_multivenv_cache/helper-python" ] &&
        _multivenv_is_short "$_multivenv_cache/helper-python" &&
        _multivenv_read "$_multivenv_cache/helper-python" && _multivenv_next_line; then
        _multivenv_interpreter=$_multivenv_line
    fi
    [ -x "$_multivenv_interpreter" ]
}
