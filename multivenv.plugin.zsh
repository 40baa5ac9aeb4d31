# For the plugin managers of zsh (oh-my-zsh, antidote, zinit), which look for a file of this name.
. "${${(%):-%x}:A:h}/multivenv.sh"
