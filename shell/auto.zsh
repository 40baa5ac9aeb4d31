# What shell/auto.sh needs of zsh, which other shells cannot parse. It is read with zsh's own options.

# is_own DIR: it belongs to the user, and not everybody can write into it
_multivenv_is_own() {
    emulate -L zsh
    local -a shared
    shared=("${1%/}/"(NW))
    [[ -O $1 && ${#shared} -eq 0 ]]
}

# at once where the directory changes, and for a new shell at its first prompt
typeset -ga chpwd_functions precmd_functions
chpwd_functions=(${chpwd_functions:#_multivenv_auto_chpwd} _multivenv_auto_chpwd)
precmd_functions=(${precmd_functions:#_multivenv_auto} _multivenv_auto)

# where a plugin manager reads this when the prompt is there already, no precmd comes before it
if zle 2>/dev/null; then # a zsh at no prompt has no zle
    _multivenv_auto
    zle reset-prompt
fi
