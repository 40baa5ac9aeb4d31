# The .env of an environment: usevenv and runvenv set its variables, and stopvenv restores them.

# shells: all
load ../support/common
load ../support/disks

# Usage: with_dotenv LINE...
#
# An environment called pallets, with these lines in its .env.
with_dotenv() {
    fake_env pallets
    printf '%s\n' "$@" >"$env/.env"
}

# Prints variables as a program sees them
# shellcheck disable=SC2016,SC2034 # for the shell under test
show='show() { for name; do env | grep -a "^$name=" || printf "%s is not set\n" "$name"; done; }'

@test "usevenv sets the variables, and stopvenv unsets them" {
    with_dotenv '# a comment' '' 'ONE=1' '  export TWO=two words ' 'THREE='
    run in_shell "$show"'; usevenv pallets; show ONE TWO THREE; stopvenv; show ONE TWO THREE'
    assert_ok 'ONE=1
TWO=two words
THREE=
ONE is not set
TWO is not set
THREE is not set'
}

@test "nothing in a value is evaluated, expanded or split" {
    local given=(
        'A=$HOME ${HOME} $(touch x) `touch x`'
        'B=~'
        'C=*'
        'D=a  b;touch x|touch x&'
        'E=a\nb\c'
        "F=it's"
        'G=say "x"'
        'H=%s!!'
        'I=a # b'
        'J==x=y='
        $'K=a\tb\033[31m'
        'L=~/x:~'
    )
    with_dotenv "${given[@]}"
    run in_shell "$show"'; usevenv pallets; show A B C D E F G H I J K L'
    assert_ok "$(printf '%s\n' "${given[@]}")"
    [ ! -e x ]
}

@test "quotes around a value keep its blanks, and nothing else" {
    with_dotenv 'A="  a  "' "B='b \"\$HOME\" \\n'" "C=\"it's\"" "D=''"
    run in_shell "$show"'; usevenv pallets; show A B C D'
    assert_ok "A=  a  
B=b \"\$HOME\" \\n
C=it's
D="
}

@test "a file with carriage returns, and no newline at its end" {
    fake_env pallets
    printf 'A=1\r\n\r\n# x\r\nB="2"\r\nC=3' >"$env/.env"
    run in_shell "$show"'; usevenv pallets; show A B C | od -c | grep -c "\\\\r" || :; show A B C'
    assert_ok '0
A=1
B=2
C=3'
}

@test "of a name given twice, the last value counts" {
    with_dotenv A=1 A=2
    run in_shell "$show"'; A=before; export A; usevenv pallets; show A; stopvenv; show A'
    assert_ok 'A=2
A=before'
}

@test "usevenv and stopvenv leave every variable as it was" {
    with_dotenv EXPORTED=1 PLAIN=2 EMPTY=3 EMPTY_PLAIN=4 UNSET=5 AGAIN=6 AGAIN=7 PATH=8
    run changes_of '{ usevenv pallets; usevenv pallets; stopvenv; } 2>/dev/null' \
        'EXPORTED=" a  \$b
        c"; EMPTY=; export EXPORTED EMPTY; PLAIN="x*"; EMPTY_PLAIN=; _multivenv_previous=$HOME/.multivenv/pallets'
    assert_ok ''
    run in_shell "$show"'; EXPORTED="a  b"; export EXPORTED; PLAIN=x
        usevenv pallets 2>/dev/null; show PLAIN; stopvenv; show EXPORTED PLAIN; printf "%s\n" "$PLAIN"'
    assert_ok 'PLAIN=2
EXPORTED=a  b
PLAIN is not set
x'
}

@test "usevenv alone changes only what it has to" {
    with_dotenv A=1 B=2
    run changes_of 'usevenv pallets' 'A=old; export A; PS1="\$ "'
    assert_status 0
    local definition='^[+](declare -x |export )?([A-Za-z_][A-Za-z_0-9]*)(=|$)' line names=
    while IFS= read -r line; do
        [[ $line =~ $definition ]] || continue
        case ${BASH_REMATCH[2]} in
        VIRTUAL_ENV* | PATH | path | PS1 | PROMPT | prompt | deactivate) ;;
        _multivenv_active | _multivenv_label | _OLD_VIRTUAL_PATH | _OLD_VIRTUAL_PS1) ;;
        *) names="$names ${BASH_REMATCH[2]}" ;;
        esac
    done < <(LC_ALL=C sort <<<"$output")
    same ' A B _multivenv_new_A _multivenv_new_B _multivenv_old_A _multivenv_variables' "$names"
}

@test "deactivate and a switch restore them too" {
    with_dotenv A=pallets B=pallets
    fake_env relephant
    printf 'B=relephant\n' >"$env/.env"
    fake_env bare
    run in_shell "$show"'; B=before; export B
        usevenv pallets; show A B
        usevenv relephant; show A B
        usevenv pallets; usevenv bare; show A B
        usevenv pallets; deactivate; show A B'
    assert_ok 'A=pallets
B=pallets
A is not set
B=relephant
A is not set
B=before
A is not set
B=before'
}

@test "what has changed meanwhile stays" {
    with_dotenv A=1 B=2 C=3
    run in_shell "$show"'; B=before C=before; export B C; usevenv pallets; A=mine; unset -v B; C=3; stopvenv; show A B C'
    assert_ok 'A=mine
B is not set
C=before'
}

@test "bad lines are reported without their text, and the others count" {
    with_dotenv 'A=1' 'secret' 'B =2' '1C=3' 'PATH=/x' 'D="4' 'E="5" # five' '=6' 'F-G=7' 'H=8'
    run in_shell "$show"'; usevenv pallets; show A H; stopvenv'
    assert_ok "multivenv: ignored 8 lines of '$env/.env': line 2 is not NAME=VALUE (see multivenv doctor)
A=1
H=8"
    local expected line
    while IFS='|' read -r line expected; do
        printf '%s\n' "$line" >"$env/.env"
        run in_shell 'usevenv pallets'
        assert_ok "multivenv: ignored a line of '$env/.env': line 1 $expected"
    done <<'EOF'
A="b" c|has text outside its quotes, or only one quote
A='b|has text outside its quotes, or only one quote
A="|has text outside its quotes, or only one quote
PATH=/x|sets 'PATH', which only the shell or multivenv may set
_multivenv_root=/x|sets '_multivenv_root', which only the shell or multivenv may set
EOF
}

@test "no variable that the shell needs can be set" {
    local names
    read -r -d '' -a names <"$project/shell/refused.txt" || :
    with_dotenv "${names[@]/%/=x}" OTHER=1
    run changes_of 'usevenv pallets 2>/dev/null; stopvenv' '_multivenv_previous=$HOME/.multivenv/pallets'
    assert_ok ''
    run in_shell "$show"'; usevenv pallets 2>/dev/null; show OTHER; env | grep -a "=x\$" || :'
    assert_ok 'OTHER=1'
}

@test "a variable that the shell would compute, or may not change, stays" {
    with_dotenv 'NUMBER=x[$(touch x)0]' 'FIXED=2' 'UNSET_FIXED=3' 'LAST=4'
    run in_shell "$show"'; typeset -i NUMBER 2>/dev/null || :; NUMBER=5; export NUMBER; FIXED=1; readonly FIXED UNSET_FIXED
        usevenv pallets 2>/dev/null; printf "%s\n" "$FIXED" "${UNSET_FIXED-}"; show LAST; stopvenv; show NUMBER LAST'
    assert_ok '1

LAST=4
NUMBER=5
LAST is not set'
    [ ! -e x ]
}

@test "usevenv and stopvenv start no process for it" {
    with_dotenv A=1 'B="2"' '# comment'
    fake_env relephant
    printf 'A=3\n' >"$env/.env"
    assert_starts_no_process ':' 'usevenv pallets; usevenv relephant; stopvenv'
}

@test "only the .env of an environment in the home counts" {
    with_dotenv A=1
    mkdir "$HOME/project"
    mv "$env" "$HOME/project/.venv"
    sed "s|^VIRTUAL_ENV=.*|VIRTUAL_ENV=\"$HOME/project/.venv\"|" "$HOME/project/.venv/bin/activate" >"$world/activate"
    mv "$world/activate" "$HOME/project/.venv/bin/activate"
    ln -s "$HOME/project/.venv" "$MULTIVENV_HOME/adopted"
    run in_shell +eu "$show"'; usevenv adopted 2>/dev/null; printf "%s\n" "$VIRTUAL_ENV_PROMPT"; show A; stopvenv
        rm "$HOME/.multivenv/adopted"; cd project; usevenv 2>/dev/null; printf "%s\n" "$VIRTUAL_ENV"; show A'
    assert_ok "adopted
A is not set
$HOME/project/.venv
A is not set"
}

@test "a .env that is no regular file is none" {
    fake_env pallets
    mkfifo "$env/.env"
    run in_shell 'usevenv pallets; stopvenv'
    assert_ok ''
    rm "$env/.env"
    mkdir "$env/.env"
    run in_shell 'usevenv pallets; stopvenv'
    assert_ok ''
}

@test "a .env that cannot be read is reported" {
    # for busybox, root may read everything
    [ "$MULTIVENV_TEST_SHELL_NAME" != busybox ] || return 0
    with_dotenv A=1
    chmod 000 "$env/.env"
    run in_shell -w as_anyone 'usevenv pallets; stopvenv'
    assert_ok "multivenv: cannot read '$env/.env', so its variables are not set"
}

@test "a .env that is too long is left out" {
    with_dotenv
    local number
    for number in {1..256}; do printf 'A%s=x\n' "$number"; done >"$env/.env"
    run in_shell "$show"'; usevenv pallets; show A256'
    assert_ok 'A256=x'
    printf 'A257=x\n' >>"$env/.env"
    local message="multivenv: ignored '$env/.env': it has more than 256 lines or 65,535 characters"
    run in_shell "$show"'; usevenv pallets; show A1'
    assert_ok "$message
A1 is not set"
    { printf 'A=' && head -c 70000 /dev/zero | tr '\0' x && printf '\nB=1\n'; } >"$env/.env"
    run in_shell "$show"'; usevenv pallets; show B'
    assert_ok "$message
B is not set"
}

@test "bytes that are not UTF-8 pass" {
    fake_env pallets
    printf 'A=\377\376\nB=1\n\377=2\nC=\377' >"$env/.env"
    run in_shell "$show"'; usevenv pallets 2>/dev/null; show A B C | od -An -tx1 | tr -d " \n"'
    case $MULTIVENV_TEST_SHELL_NAME in
    yash) assert_ok "$(printf 'A=\nB is not set\nC is not set\n' | od -An -tx1 | tr -d ' \n')" ;; # it stops there
    *) assert_ok 413dfffe0a423d310a433dff0a ;;
    esac
}

@test "nothing of a file with a NUL is evaluated" {
    fake_env pallets
    printf 'A=1\nB=$(touch x)\0$(touch x)\nC=3\n' >"$env/.env"
    run in_shell "$show"'; usevenv pallets 2>/dev/null; show A; stopvenv; show A B C'
    assert_ok 'A=1
A is not set
B is not set
C is not set'
    [ ! -e x ]
}

@test "it works with options and an IFS of the user's" {
    with_dotenv 'A=a b' 'B=*'
    run in_shell "$show"'; set -o noglob; set -o noclobber; IFS=A=0123456789_
        usevenv pallets; IFS=" "; show A B; IFS=A_; stopvenv; IFS=" "; show A B'
    assert_ok 'A=a b
B=*
A is not set
B is not set'
}

@test "hooks see the variables while the environment is active" {
    with_dotenv A=1
    local hook
    for hook in postactivate predeactivate postdeactivate; do
        printf 'printf "%%s %%s\\n" %s "${A-unset}"\n' "$hook" >"$env/bin/$hook"
    done
    run in_shell 'usevenv pallets; stopvenv'
    assert_ok 'postactivate 1
predeactivate 1
postdeactivate unset'
}

@test "a shell started from this one can restore them" {
    with_dotenv A=1 B=2 C=3
    printf '%s\n' '. "$MULTIVENV_ROOT/multivenv.sh"; C=mine' "$show" 'stopvenv; show A B C' >"$world/inner"
    with_env "INNER=$world/inner" A=before
    run in_shell 'B=plain; usevenv pallets; sh "$INNER"'
    assert_ok 'A=before
B is not set
C=mine'
}

@test "variables with the names of others in the environment are harmless" {
    with_dotenv A=1
    with_env '_multivenv_variables=x[$(touch${IFS}x)] A$(touch${IFS}x) A' '_multivenv_new_A=$(touch x)' '_multivenv_old_A=$(touch x)'
    run in_shell 'usevenv pallets; stopvenv; printf "%s\n" "${A-unset}"'
    assert_ok unset
    [ ! -e x ]
}

@test "the helper reads what the shell sets" {
    local line count=0 names
    fake_env pallets
    while IFS= read -r line; do
        count=$((count + 1)) # a name of its own for each line
        printf '%b\n' "${line//NAME/V$count}"
    done >"$env/.env" <<'EOF'
NAME=1
 NAME=1
\tNAME=1\t\r
export NAME=1
export\tNAME=1
exportNAME=1
export
export=1
export  =1
export export NAME=1
# NAME=1
#NAME=1
NAME
NAME =1
NAME= 1
NAME==
=1
1NAME=1
N-NAME=1
N.NAME=1
\0303\0251NAME=1
NAME=
NAME="
NAME=""
NAME="a
NAME=a"
NAME="a"b
NAME="a"b"
NAME="a" # b
NAME='"'
NAME="'"
NAME='''
NAME='a
NAME=\v\f
PATH=1
BASH_NAME=1
HISTORYNAME=1
HISTNAME=1
_=1
LD_NAME=
LANG=C
VIRTUAL_ENV_NAME=1
_multivenv_NAME=1
multivenv_NAME=1
EOF
    run in_shell 'usevenv pallets; printf "%s\n" "${_multivenv_variables% }"'
    assert_status 0
    names=$output
    run with_modules -c 'import sys
from helper.inspection.variables import variables_of
names, problems = variables_of(sys.argv[1])
file = sys.argv[1] + "/.env"
print(f"multivenv: ignored {len(problems)} lines of \x27{file}\x27: {problems[0]} (see multivenv doctor)")
print(" ".join(names))' "$env"
    assert_ok "$names"
}
