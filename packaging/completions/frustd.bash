# bash completion for frustd(8): the options are those of its --help.
# shellcheck shell=bash

_frustd() {
	local cur=$2 prev=$3 value word command=

	if ((COMP_CWORD >= 2)) && [[ ${COMP_WORDS[COMP_CWORD - 1]} == = ]]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	elif [[ $cur == = ]]; then
		cur=
	fi
	COMPREPLY=()
	((COMP_CWORD > 1)) || [[ $cur == -* ]] || command=doctor
	value=$("$1" --help 2>/dev/null | sed -n "s/^  $prev \([^ ]*\) .*/\1/p")
	case $value in
	'') mapfile -t COMPREPLY < <(compgen -W "$command $("$1" --help 2>/dev/null |
		sed -n 's/^  \(--[a-z-]*\).*/\1/p')" -- "$cur") ;;
	FILE | DIR)
		compopt -o filenames 2>/dev/null
		while IFS= read -r word; do
			COMPREPLY+=("$word")
		done < <(compgen -f -- "$cur")
		;;
	*'|'*) mapfile -t COMPREPLY < <(compgen -W "${value//|/ }" -- "$cur") ;;
	esac
}

complete -F _frustd frustd
