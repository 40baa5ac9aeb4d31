_multivenv_stamp=1633149279 # fish: source multivenv.fish instead
# multivenv: named Python environments, kept in one place, driven from the shell prompt.
#
# Source this file from .bashrc, .zshrc or any POSIX shell's own rc file. It defines the verbs, and does nothing
# else. The code behind them is in shell/: the first verb that needs a file reads it. shell/differences.sh has the
# rules, and the variables that functions share. `make format` writes the line above: see is_current.

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
    case $_multivenv_root in
    '') _multivenv_root="this shell cannot tell where multivenv.sh is" ;;
    *) _multivenv_root="'$_multivenv_root' has no helper/__main__.py" ;;
    esac
    printf '%s\n' "multivenv: $_multivenv_root (set MULTIVENV_ROOT to the folder of multivenv.sh before sourcing it)" >&2
    unset -v _multivenv_root
    return 1
fi

# ---- the verbs ------------------------------------------------------------------------------------

_multivenv_version=0.1.0
_multivenv_verbs='mkvenv usevenv stopvenv lsvenvs rmvenv cdvenv showvenv freezevenv fixvenv upvenv cpvenv mvvenv bindvenv linkvenv runvenv multivenv'
_multivenv_commands='help version pythons doctor discover adopt path init upgrade' # of the verb multivenv
_multivenv_stale='' _multivenv_renewing=${_multivenv_renewing-}

# An alias named like a function breaks its definition. A complaint about each alias that does not exist takes
# bash and zsh longer than the definitions do, so they avoid that. eval: fixed text; zsh would not split it.
case ${ZSH_VERSION:+zsh}${BASH_VERSION-} in
zsh*) eval 'unalias -m "(${_multivenv_verbs// /|})"' ;;
[4-9]*) eval "case \${!BASH_ALIASES[*]} in *venv*) unalias $_multivenv_verbs 2>/dev/null ;; esac" ;;
*) eval "unalias $_multivenv_verbs" 2>/dev/null ;;
esac || :

mkvenv() { _multivenv_verb verbs _multivenv_enter_made mkvenv "$@"; }
usevenv() { _multivenv_verb activate _multivenv_enter_used usevenv "$@"; }
stopvenv() { _multivenv_verb activate _multivenv_stop stopvenv "$@"; }
lsvenvs() { _multivenv_verb verbs : lsvenvs "$@"; }
rmvenv() { _multivenv_verb verbs _multivenv_move_out rmvenv "$@"; }
cdvenv() { _multivenv_verb verbs _multivenv_cd cdvenv "$@"; }
showvenv() { _multivenv_verb verbs : showvenv "$@"; }
freezevenv() { _multivenv_verb verbs : freezevenv "$@"; }
fixvenv() { _multivenv_verb verbs _multivenv_move_out fixvenv "$@"; }
upvenv() { _multivenv_verb verbs _multivenv_move_out upvenv "$@"; }
cpvenv() { _multivenv_verb verbs _multivenv_enter_copied cpvenv "$@"; }
mvvenv() { _multivenv_verb verbs _multivenv_enter_moved mvvenv "$@"; }
bindvenv() { _multivenv_verb verbs : bindvenv "$@"; }
linkvenv() { _multivenv_verb verbs : linkvenv "$@"; }
runvenv() { _multivenv_verb run : runvenv "$@"; }
multivenv() { _multivenv_verb verbs _multivenv_short multivenv "$@"; }

# the first verb reads shell/start.sh, which defines these two again
_multivenv_verb() { _multivenv_start && _multivenv_verb "$@"; }
_multivenv_need() { _multivenv_start && _multivenv_need "$@"; }

_multivenv_start() {
    if [ -n "${ZSH_VERSION-}" ]; then
        emulate -L sh # the user's options may change how zsh parses
    fi
    if [ -r "$_multivenv_root/shell/start.sh" ]; then
        # shellcheck disable=SC1091 # checked by itself
        . "$_multivenv_root/shell/start.sh"
    else
        printf '%s\n' "multivenv: files are missing from '$_multivenv_root' (if it is being upgraded, try again)" >&2
        return 1
    fi
}

# ---- at a prompt: completion, and MULTIVENV_AUTO --------------------------------------------------

case $- in
*i*)
    if [ -n "${ZSH_VERSION-}" ]; then
        case :${FPATH-}: in # for a compinit that runs later; compdef is for one that ran before
        *":$_multivenv_root/completions:"*) ;;
        *) FPATH=$_multivenv_root/completions${FPATH:+:$FPATH} ;;
        esac
        # shellcheck disable=SC3044 # this branch is zsh's
        if typeset -f compdef >/dev/null; then # local: a function, no variable
            autoload -Uz _multivenv
            eval "compdef _multivenv $_multivenv_verbs" # eval: fixed text; zsh would not split it
        fi
    elif [ -n "${BASH_VERSION-}" ]; then
        # the first Tab reads the file, which defines this function itself; four verbs take files too
        # shellcheck disable=SC1091 # checked by itself
        _multivenv_complete() { . "$_multivenv_root/completions/multivenv.bash" && _multivenv_complete "$@"; }
        eval "complete -F _multivenv_complete $_multivenv_verbs" # eval: fixed text
        # shellcheck disable=SC3044 # this branch is bash's
        complete -o default -F _multivenv_complete mkvenv cpvenv bindvenv runvenv
    fi
    case ${MULTIVENV_AUTO-} in
    '' | 0) ;;
    *) _multivenv_need auto ;;
    esac
    ;;
esac
