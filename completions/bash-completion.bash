# shellcheck shell=bash
# bash-completion reads this file, by the name of a verb, where that has no completion: after `complete -r`,
# or where multivenv.sh was sourced before the first prompt. Sourcing it again enables the completion.
[ -n "${_multivenv_root-}" ] || return 1
# shellcheck source=multivenv.sh disable=SC1091 # checked by itself
. "$_multivenv_root/multivenv.sh"
