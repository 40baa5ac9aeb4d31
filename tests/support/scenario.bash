# One day in the life of an environment, in words that POSIX shells and fish read alike. Loaded after common.bash.

# The home has a space and letters outside ASCII already (see common.bash).
# shellcheck disable=SC2016,SC2034 # for the shell under test to expand; for the tests
story='
export PATH_AT_FIRST="$PATH"
mkvenv --without-pip "my ünï"
printf "1 %s\n" "$VIRTUAL_ENV_PROMPT"
python -c "import sys, os; print(2, sys.prefix == os.environ[\"VIRTUAL_ENV\"])"
stopvenv
printf "3 %s\n" "$(env | grep VIRTUAL_ENV)"
usevenv "my ünï"
cdvenv
printf "4 %s\n" "$(basename "$PWD")"
printf "5 %s\n" "$(lsvenvs)"
deactivate
rmvenv -y "my ünï" 2>/dev/null
printf "6 %s\n" "$(lsvenvs)"
[ "$PATH" = "$PATH_AT_FIRST" ] && printf "7 restored\n"
'
# shellcheck disable=SC2034 # for the tests
ending='1 my ünï
2 True
3 
4 my ünï
5 my ünï
6 
7 restored'
