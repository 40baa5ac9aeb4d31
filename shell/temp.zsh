# What temp.sh needs of zsh: an EXIT trap that is set in a function is that function's own there.

# A zsh that ends within a function does not get to the end of a file that it sources, but of one that
# it evaluates.
_multivenv_drop_last() {
    eval "$(<"$_multivenv_root/shell/verbs.sh")"
    _multivenv_drop "$1"
}

_multivenv_trap_on() {
    emulate -L zsh
    typeset -ga zshexit_functions
    zshexit_functions+=(_multivenv_at_exit)
}

_multivenv_trap_off() {
    emulate -L zsh
    zshexit_functions=(${zshexit_functions:#_multivenv_at_exit})
    (( $#zshexit_functions )) || unset zshexit_functions
}
