#!/usr/bin/env bats
# The name of the active environment in real prompts, by the lines of README.md, section Prompts. In each
# the name stands once while the environment is active, and not after that.

load ../support/common
load ../support/terminal

setup() {
    make_world
    others=$project/.tools/tools/others
    use_name relephant
}

# Usage: use_name NAME
#
# The environment that is activated; `relephant` is in NAME.
use_name() {
    fake_env "$1"
    with_env "NAME=$1"
}

# A name that shells could expand
odd_name='$(touch x)`touch x`%F{red}relephant'

# Usage: need FILE
#
# A file below .tools/tools/others.
need() {
    [ -e "$others/$1" ] || skip "$1 is not installed (make test-tools installs it)"
}

# Usage: in_readme LINE
#
# Sets $line, after a look whether README.md has it.
in_readme() {
    line=$1
    grep -qF -e "$line" "$project/README.md" || fail "not in README.md: $line"
}

# Usage: shows_once SHELL RC
#
# Activates and deactivates at the prompt of SHELL after RC, by commands that do not have the name.
shows_once() {
    MULTIVENV_TEST_SHELL=$(command -v "$1") || skip "$1 is not installed"
    # shellcheck disable=SC2034 # for terminal_options
    MULTIVENV_TEST_SHELL_NAME=$1 shell_words=("$MULTIVENV_TEST_SHELL")
    write_start_files "$2"'
. "$MULTIVENV_ROOT/multivenv.sh"
u() { usevenv "$NAME" && printf "ready-%s\n" yes; }
s() { stopvenv && printf "ready-%s\n" no; }'
    sed '/^PS1=.PROMPT/d' "$world/rc/rc" >"$world/rc/without"
    mv "$world/rc/without" "$world/rc/rc"
    local no='(?:(?!relephant)[^\n]|\n)*' status_line='printf "%s-%s\n" next prompt'
    # twice: some prompts are set each time, and others once
    # shellcheck disable=SC2046 # one option a word
    run env -i "${test_env[@]}" "$MULTIVENV_TEST_PYTHON" -I -S "$support/terminal.py" \
        --size 100x24 --show screen \
        env "INPUTRC=$world/rc/inputrc" "ZDOTDIR=$world/rc" "${shell_words[@]}" $(terminal_options) 3>&- <<END
settle
send u\\r
wait ready-yes
settle
send \\x0c
settle
screen \\A${no}relephant${no}\\Z
send $status_line\\r
wait next-prompt
settle
send \\x0c
settle
screen \\A${no}relephant${no}\\Z
send s\\r
wait ready-no
settle
send \\x0c
settle
screen \\A${no}\\Z
END
    assert_ok
    refute_contains 'command not found'
}

# --- git's own ------------------------------------------------------------------------------------

git_prompt() {
    local file
    for file in /usr/lib/git-core/git-sh-prompt /usr/share/git-core/contrib/completion/git-prompt.sh \
        /Library/Developer/CommandLineTools/usr/share/git-core/git-prompt.sh; do
        [ ! -f "$file" ] || printf '%s\n' "$file"
    done
}

@test "git-prompt.sh in PS1 and in PROMPT, without a line" {
    local file
    file=$(git_prompt) && [ -n "$file" ] || skip 'git has no git-prompt.sh here'
    git init --quiet "$HOME"
    shows_once bash ". $file; PS1='\\w\$(__git_ps1 \" (%s)\")\\$ '"
    shows_once zsh ". $file; setopt prompt_subst; PROMPT='%~\$(__git_ps1 \" (%s)\")%# '"
}

@test "git-prompt.sh in PROMPT_COMMAND" {
    local file
    file=$(git_prompt) && [ -n "$file" ] || skip 'git has no git-prompt.sh here'
    git init --quiet "$HOME"
    in_readme 'PROMPT_COMMAND='\''__git_ps1 "\${VIRTUAL_ENV_PROMPT:+(\$VIRTUAL_ENV_PROMPT) }\u@\h:\w" "\\\$ "'\'
    shows_once bash ". $file; $line"
    use_name "$odd_name"
    shows_once bash ". $file; $line"
    same '' "$(find "$world" -name x)"
}

@test "a PROMPT_COMMAND that sets PS1, and a name that the shell could expand" {
    in_readme 'show_env() { PS1='\''${VIRTUAL_ENV_PROMPT:+($VIRTUAL_ENV_PROMPT) }'\''$PS1; }'
    shows_once bash "PROMPT_COMMAND='PS1=\"\\w> \"'; $line"'; PROMPT_COMMAND="$PROMPT_COMMAND; show_env"'
    use_name "$odd_name"
    shows_once bash "PROMPT_COMMAND='PS1=\"\\w> \"'; $line"'; PROMPT_COMMAND="$PROMPT_COMMAND; show_env"'
    same '' "$(find "$world" -name x)"
}

# --- frameworks -----------------------------------------------------------------------------------

oh_my_zsh() {
    need ohmyzsh/oh-my-zsh.sh
    with_env "ZSH=$others/ohmyzsh" "ZSH_CACHE_DIR=$world/tmp" DISABLE_AUTO_UPDATE=true
    shows_once zsh "ZSH_THEME=$1; ZSH_DISABLE_COMPFIX=true; plugins=(${2-}); . \"\$ZSH/oh-my-zsh.sh\"; ${3-}"
}

@test "oh-my-zsh with a theme that sets PROMPT once, without a line" {
    oh_my_zsh robbyrussell
}

@test "oh-my-zsh with a theme that sets PROMPT each time" {
    in_readme 'VIRTUAL_ENV_DISABLE_PROMPT=1 RPROMPT='\''${VIRTUAL_ENV_PROMPT:+(${VIRTUAL_ENV_PROMPT:gs/%/%%})}'\'
    git init --quiet "$HOME"
    oh_my_zsh pygmalion '' "$line"
    use_name "$odd_name"
    oh_my_zsh pygmalion '' "$line"
    same '' "$(find "$world" -name x)"
}

@test "oh-my-zsh with a theme that shows the environment itself, and with its plugin" {
    in_readme VIRTUAL_ENV_DISABLE_PROMPT=1
    oh_my_zsh agnoster '' "$line"
    oh_my_zsh bira virtualenv
}

@test "powerlevel10k" {
    need powerlevel10k/powerlevel10k.zsh-theme
    in_readme 'POWERLEVEL9K_RIGHT_PROMPT_ELEMENTS+=(virtualenv)'
    # it would start the Python of the environment
    shows_once zsh "POWERLEVEL9K_VIRTUALENV_SHOW_PYTHON_VERSION=false
POWERLEVEL9K_DISABLE_CONFIGURATION_WIZARD=true POWERLEVEL9K_DISABLE_GITSTATUS=true
POWERLEVEL9K_LEFT_PROMPT_ELEMENTS=(dir) POWERLEVEL9K_RIGHT_PROMPT_ELEMENTS=(status)
. \"$others/powerlevel10k/powerlevel10k.zsh-theme\"
$line"
}

bash_it() {
    need bash-it/bash_it.sh
    # it writes below its folder
    [ -e "$world/bash-it" ] || cp -R "$others/bash-it" "$world/bash-it"
    with_env "BASH_IT=$world/bash-it"
    shows_once bash "BASH_IT_THEME=$1; . \"\$BASH_IT/bash_it.sh\"; ${2-}"
}

@test "bash-it with a theme that shows the environment itself, without a line" {
    bash_it pure
}

@test "bash-it with any other theme" {
    in_readme 'show_env() { PS1='\''${VIRTUAL_ENV_PROMPT:+($VIRTUAL_ENV_PROMPT) }'\''$PS1; }'
    local define=$line
    in_readme 'safe_append_prompt_command show_env'
    bash_it minimal "$define"$'\n'"$line"
}

@test "liquidprompt, without a line" {
    need liquidprompt/usr/share/liquidprompt/liquidprompt
    shows_once bash ". \"$others/liquidprompt/usr/share/liquidprompt/liquidprompt\""
    shows_once zsh ". \"$others/liquidprompt/usr/share/liquidprompt/liquidprompt\""
}

@test "starship, without a line" {
    local starship
    starship=$others/starship/starship
    [ -x "$starship" ] || starship=$(command -v starship) || skip 'starship is not installed'
    mkdir -p "$world/bin"
    ln -s "$starship" "$world/bin/starship"
    with_env "PATH=$(path_with "$world/bin")"
    shows_once bash 'eval "$(starship init bash)"'
    shows_once zsh 'eval "$(starship init zsh)"'
}
