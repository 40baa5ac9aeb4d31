# shellcheck shell=sh
# shellcheck disable=SC2154 # what multivenv.sh defines
# What both completions know of the options: it stands in the help of each verb.

# each_option VERB FUNCTION: calls FUNCTION SPELLING VALUE TEXT for each spelling of each option in the
# help of VERB. VALUE is what stands behind it there: ` FILE`, `[=DIR]` or nothing.
_multivenv_each_option() {
    while IFS= read -r _multivenv_line; do
        case $_multivenv_line in
        '  -'*) ;;
        *) continue ;;
        esac
        _multivenv_line=${_multivenv_line#  }
        _multivenv_word=${_multivenv_line%%  *} # such as `-r, --requirement FILE`
        _multivenv_line=${_multivenv_line##*  }
        case $_multivenv_word in
        *'['*) _multivenv_value=[${_multivenv_word#*\[} _multivenv_word=${_multivenv_word%%\[*} ;;
        *[!,]' '*) _multivenv_value=" ${_multivenv_word##* }" _multivenv_word=${_multivenv_word% *} ;;
        *) _multivenv_value= ;;
        esac
        case $_multivenv_word in
        *,*) "$2" "${_multivenv_word%%,*}" "$_multivenv_value" "$_multivenv_line" ;;
        esac
        "$2" "${_multivenv_word##* }" "$_multivenv_value" "$_multivenv_line"
    done <"$_multivenv_root/help/$1.txt"
}
