/**
 * What a shell reads so that it asks the program what may follow. An answer is a word per
 * line, then two spaces and what it means, and at the end perhaps `:files`.
 */

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** Line of an answer: a file may stand there, too. */
export const FILES = ":files";

/**
 * Bash ends a word at `=` and `:`, where these break words, so that only what follows may be answered. A word with a
 * quote or a backslash is left to bash: it is a file's name, and bash takes the answer for the whole of it.
 */
const bash = `_snn_dse() {
  local word line=\${COMP_LINE:0:COMP_POINT} files=
  local typed=\${line##*[[:space:]]} breaks==
  if [[ $COMP_WORDBREAKS == *:* ]]; then breaks==:; fi
  local done=\${typed%"\${typed##*[$breaks]}"} path=\${typed##*=}
  local cut=\${path%"\${path##*[$breaks]}"}
  COMPREPLY=()
  if [[ \${COMP_WORDS[COMP_CWORD]} == *[\\\\\\"\\'[:space:]]* ]]; then compopt -o default 2>/dev/null; return; fi
  while IFS= read -r word; do
    if [[ $word == ${FILES} ]]; then files=yes; else COMPREPLY+=("\${word#"$done"}"); fi
  done < <(snn-dse completion bash -- "$line" 2>/dev/null)
  if [[ -n $files ]]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r word; do COMPREPLY+=("\${word#"$cut"}"); done < <(compgen -f -- "$path")
  fi
  if [[ \${COMPREPLY[*]} == *= ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -F _snn_dse snn-dse`;

const zsh = `#compdef snn-dse
_snn_dse() {
  local line word files=
  local -a open closed bare
  while IFS= read -r line; do
    word=\${line%%  *}
    if [[ $line == ${FILES} ]]; then files=yes
    elif [[ $line == $word ]]; then bare+=("$word")
    elif [[ $word == *= ]]; then open+=("\${word//:/\\:}:\${line#*  }")
    else closed+=("\${word//:/\\:}:\${line#*  }"); fi
  done < <(snn-dse completion zsh -- "\${(j: :)words[1,CURRENT]}" 2>/dev/null)
  (( $#closed )) && _describe -V 'snn-dse' closed
  (( $#open )) && _describe -V 'snn-dse' open -S ''
  (( $#bare )) && compadd -V snn-dse -a bare
  if [[ -n $files ]]; then
    [[ $PREFIX == -*=* ]] && compset -P 1 '*='
    _files
  fi
}
if [[ $funcstack[1] == _snn_dse ]]; then _snn_dse "$@"; else compdef _snn_dse snn-dse; fi`;

const fish = `function __snn_dse
  for line in (snn-dse completion fish -- (commandline -cp | string collect) 2>/dev/null)
    if test "$line" = ${FILES}
      __fish_complete_path (commandline -ct)
    else
      string replace '  ' \\t -- $line
    end
  end
end
complete -c snn-dse -f -a '(__snn_dse)'`;

export const SCRIPTS: { readonly [shell in Shell]: string } = { bash, zsh, fish };
