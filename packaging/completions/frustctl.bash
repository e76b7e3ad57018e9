# bash completion for frustctl(1): the program itself knows what may follow.
# shellcheck shell=bash

_frustctl() {
	local cur=$2 word i words=()

	# bash takes --format=json for three words
	for ((i = 1; i <= COMP_CWORD; i++)); do
		if [[ ${COMP_WORDS[i]} == = && ${COMP_WORDS[i - 1]} == --* ]]; then
			((i < COMP_CWORD)) || words+=('')
		else
			words+=("${COMP_WORDS[i]}")
		fi
	done
	COMPREPLY=()
	while IFS=$'\t' read -r word _; do
		if [[ $word == :file ]]; then
			compopt -o filenames 2>/dev/null
			while IFS= read -r word; do
				COMPREPLY+=("$word")
			done < <(compgen -f -- "$cur")
		else
			printf -v word %q "$word"
			COMPREPLY+=("$word")
		fi
	done < <("$1" complete -- "${words[@]}" 2>/dev/null)
}

complete -F _frustctl frustctl
