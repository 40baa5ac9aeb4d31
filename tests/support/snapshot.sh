# snapshot FILE writes all names, values, functions, aliases, options and traps of
# the running shell, so that what a command left behind shows as a difference.
# Sourced by the shell under test; leaves nothing but its own two functions.
#
# dash and busybox cannot list functions.

# What changes by itself, or by taking the snapshot; what the plugin remembers of a file; and the list of
# aliases, which bash shows only until something has looked at it
snapshot_steady() {
    LC_ALL=C command grep -a -v -E \
        -e "^'?(_|[0-9!#\$*?@-]|LINENO|RANDOM|SRANDOM|SECONDS|EPOCH[A-Z]*|PPID|BASHPID)'?(=|\$)" \
        -e '^(BASH_(ARGC|ARGV|ARGV0|COMMAND|LINENO|SOURCE|SUBSHELL|MONOSECONDS)|FUNCNAME|PIPESTATUS|HISTCMD)=' \
        -e '^(argv|status|pipestatus|TTYIDLE|TRY_BLOCK_(ERROR|INTERRUPT)|ZSH_(SUBSHELL|EVAL_CONTEXT|DEBUG_CMD))=' \
        -e '^(ARGC|ERRNO|LINES|COLUMNS|KSH_MATCH|MATCH)=' \
        -e '^(TEST_SNIPPET)=' -e '^_multivenv_(short|controls)=' -e '^BASH_ALIASES='
}

# Usage: snapshot FILE
#
# The traps first: a subshell has none. The functions' bodies count as well as
# their names.
snapshot() {
    trap >|"$1"
    (
        set +o
        umask
        case ${ZSH_VERSION-} in
        ?*)
            setopt
            functions
            alias -L
            ;;
        *) alias ;;
        esac
        case ${BASH_VERSION-} in
        ?*)
            shopt
            declare -f
            complete -p
            # or `set` lists the functions as well
            set -o posix
            ;;
        esac
        case ${KSH_VERSION-} in
        ?*) typeset -f ;;
        esac
        case ${YASH_VERSION-} in
        ?*) typeset -fp ;;
        esac
        set
    ) | snapshot_steady >>"$1"
}
