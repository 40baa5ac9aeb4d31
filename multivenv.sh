# shellcheck shell=sh
# multivenv: named Python environments, kept in one place, driven from the shell prompt.
#
# Source this file from .bashrc, .zshrc or any POSIX shell's own rc file. It defines the verbs, and does
# nothing else. The code behind them is in shell/: the first verb that needs a file reads it.
#
# Rules for this file and for shell/:
#
#   - Public names are the verbs. Everything else starts with _multivenv_.
#   - ksh93 has no `local` and dash no `typeset`, so local values are positional parameters: the line
#     above a `set --` names them. Scratch variables are global, and _multivenv_end unsets them.
#   - A function answers in $_multivenv_reply: $(...) would start a process.
#   - A verb has two halves. The first runs in _multivenv_sh: with sh's rules in zsh, and without
#     `set -e`. The second runs the user's own code (hooks, another tool's deactivate, cd with its
#     chpwd functions), so it runs as the user has set the shell.
#   - A verb is `first && second; _multivenv_end "$?"`: `set -e` sees the status of the verb alone.
#
# Variables that one function sets and another one reads:
#
#   always               _multivenv_root, _multivenv_version, _multivenv_verbs, _multivenv_commands,
#                        _multivenv_parts (the files read), _multivenv_newline (once one is read),
#                        _multivenv_short (the file that is_short asked about last), _multivenv_previous
#                        (the environment of `usevenv -`), and those that shell/auto.sh lists
#   while one is active  _multivenv_active (its path), _multivenv_label (its part of the prompt),
#                        _multivenv_pkgconfig and _multivenv_uv (what to restore), and the
#                        _OLD_VIRTUAL_* variables that every activation script uses
#   during one verb      _multivenv_home (the folder of environments), _multivenv_path (what the verb
#                        is about), _multivenv_title (its name in the prompt, if another one),
#                        _multivenv_creator (the tool that made it), _multivenv_interpreter and
#                        _multivenv_cache (of the helper), _multivenv_result (its answer's file)

# ---- where this file is ---------------------------------------------------------------------------

# The forms that name the file being sourced are inside eval: other shells reject them.
if [ -n "${MULTIVENV_ROOT-}" ]; then
    _multivenv_root=$MULTIVENV_ROOT/multivenv.sh
elif [ -n "${BASH_VERSION-}" ]; then
    eval '_multivenv_root=${BASH_SOURCE[0]}' # eval: fixed text
elif [ -n "${ZSH_VERSION-}" ]; then
    eval '_multivenv_root=${(%):-%x}' # eval: fixed text
else
    case ${KSH_VERSION-} in
    *93*) eval '_multivenv_root=${.sh.file}' ;; # eval: fixed text
    *) _multivenv_root= ;;
    esac
fi
case $_multivenv_root in
/*) ;;
?*) _multivenv_root=$PWD/${_multivenv_root#./} ;;
esac
_multivenv_root=${_multivenv_root%/*}
if ! [ -r "$_multivenv_root/helper/__main__.py" ]; then
    # the problem, before the arguments of the script that sources this file
    case $_multivenv_root in
    '') set -- "this shell cannot tell where multivenv.sh is" "$@" ;;
    *) set -- "'$_multivenv_root' has no helper/__main__.py" "$@" ;;
    esac
    printf '%s\n' "multivenv: $1 (set MULTIVENV_ROOT to the folder of multivenv.sh before sourcing it)" >&2
    shift
    unset -v _multivenv_root
    return 1
fi

# ---- the verbs ------------------------------------------------------------------------------------

_multivenv_version=0.1.0
_multivenv_verbs='mkvenv usevenv stopvenv lsvenvs rmvenv cdvenv showvenv freezevenv fixvenv cpvenv mvvenv bindvenv linkvenv runvenv multivenv'
_multivenv_commands='help version pythons doctor discover adopt' # of the verb multivenv
_multivenv_parts=' '
_multivenv_previous=${_multivenv_previous-}

# An alias named like a function breaks its definition.
eval "unalias $_multivenv_verbs" 2>/dev/null || : # eval: fixed text; zsh would not split it

mkvenv() {
    _multivenv_need activate
    _multivenv_need verbs
    _multivenv_sh _multivenv_mkvenv "$@" && _multivenv_enter postmkvirtualenv
    _multivenv_end "$?"
}

usevenv() {
    _multivenv_need activate
    _multivenv_sh _multivenv_usevenv "$@" && _multivenv_enter
    _multivenv_end "$?"
}

stopvenv() {
    _multivenv_need activate
    _multivenv_sh _multivenv_stopvenv "$@" && _multivenv_stop
    _multivenv_end "$?"
}

mvvenv() {
    _multivenv_need activate
    _multivenv_need verbs
    _multivenv_sh _multivenv_mvvenv "$@" && _multivenv_enter_moved
    _multivenv_end "$?"
}

cdvenv() {
    _multivenv_need verbs
    _multivenv_sh _multivenv_cdvenv "$@" && _multivenv_cd
    _multivenv_end "$?"
}

lsvenvs() { _multivenv_verb verbs _multivenv_lsvenvs "$@"; }
bindvenv() { _multivenv_verb verbs _multivenv_bindvenv "$@"; }
runvenv() { _multivenv_verb run _multivenv_runvenv "$@"; }
multivenv() { _multivenv_verb verbs _multivenv_multivenv "$@"; }

# The helper does all of these.
rmvenv() { _multivenv_verb verbs _multivenv_by_helper rmvenv "$@"; }
showvenv() { _multivenv_verb verbs _multivenv_by_helper showvenv "$@"; }
freezevenv() { _multivenv_verb verbs _multivenv_by_helper freezevenv "$@"; }
fixvenv() { _multivenv_verb verbs _multivenv_by_helper fixvenv "$@"; }
cpvenv() { _multivenv_verb verbs _multivenv_by_helper cpvenv "$@"; }
linkvenv() { _multivenv_verb verbs _multivenv_by_helper linkvenv "$@"; }

# verb PART FUNCTION WORD...: a verb without a second half, by a function of shell/PART.sh
_multivenv_verb() {
    _multivenv_need "$1"
    shift
    _multivenv_sh "$@" && :
    _multivenv_end "$?"
}

# need PART: reads shell/PART.sh, unless this shell has read it
_multivenv_need() {
    case $_multivenv_parts in
    *" $1 "*) return 0 ;;
    esac
    if [ -n "${ZSH_VERSION-}" ]; then
        emulate -L sh # the user's options may change how zsh parses
    fi
    # shellcheck disable=SC1090 # each is checked by itself
    . "$_multivenv_root/shell/$1.sh"
    _multivenv_parts="$_multivenv_parts$1 "
}

# end STATUS: unsets the scratch variables and returns STATUS
_multivenv_end() {
    unset -v _multivenv_base _multivenv_best _multivenv_bound _multivenv_cache _multivenv_controls \
        _multivenv_count _multivenv_creator _multivenv_done _multivenv_failed _multivenv_flags _multivenv_given \
        _multivenv_go _multivenv_home _multivenv_interpreter _multivenv_key _multivenv_leaving _multivenv_library \
        _multivenv_line _multivenv_minor _multivenv_path _multivenv_project _multivenv_reply _multivenv_result \
        _multivenv_saved _multivenv_text _multivenv_title _multivenv_tried _multivenv_unusable _multivenv_value \
        _multivenv_what _multivenv_word
    return "$1"
}

# ---- at a prompt: completion, and MULTIVENV_AUTO --------------------------------------------------

case $- in
*i*)
    if [ -n "${ZSH_VERSION-}" ]; then
        # for a compinit that runs later; compdef is for one that ran before
        case :${FPATH-}: in
        *":$_multivenv_root/completions:"*) ;;
        *) FPATH=$_multivenv_root/completions${FPATH:+:$FPATH} ;;
        esac
        # shellcheck disable=SC3044 # this branch is zsh's
        if typeset -f compdef >/dev/null; then # local: a function, no variable
            autoload -Uz _multivenv
            eval "compdef _multivenv $_multivenv_verbs" # eval: fixed text; zsh would not split it
        fi
    elif [ -n "${BASH_VERSION-}" ]; then
        # the first Tab reads the file that defines the function itself
        _multivenv_complete() {
            # shellcheck source=completions/multivenv.bash disable=SC1091 # checked by itself
            . "$_multivenv_root/completions/multivenv.bash"
            _multivenv_complete "$@"
        }
        eval "complete -F _multivenv_complete $_multivenv_verbs" # eval: fixed text
        # these take files too
        # shellcheck disable=SC3044 # this branch is bash's
        complete -o default -F _multivenv_complete mkvenv cpvenv bindvenv runvenv
    fi
    case ${MULTIVENV_AUTO-} in
    '' | 0) ;;
    *) _multivenv_need auto ;;
    esac
    ;;
esac
