# For the plugin managers of zsh (oh-my-zsh, antidote, zinit), which look for a file of this name.
# First the path by which it is read: a package manager moves what a link in it leads to.
if [[ -r ${${(%):-%x}:a:h}/multivenv.sh ]]; then
    . "${${(%):-%x}:a:h}/multivenv.sh"
else # a link to this file alone
    . "${${(%):-%x}:A:h}/multivenv.sh"
fi
