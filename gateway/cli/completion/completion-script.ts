/** A line of `tram completion words` that says: files may stand here. No word of ours has such characters. */
export const FILES_TOO = "<files>";

/**
 * The completion of bash. It asks the very program that is being typed, so that it always knows the verbs of that one;
 * what is typed reaches it as arguments and is never evaluated.
 */
export const BASH_SCRIPT = `# Completion of tram for bash, 4.3 or newer. For this shell:
#   source <(tram completion bash)
# For good:
#   tram completion bash > ~/.local/share/bash-completion/completions/tram
_tram() {
  local word rest=$COMP_LINE glued current prefix files=""
  local -a words=() offered=()
  local -i at
  COMPREPLY=()
  # bash takes words apart at = and :, tram does not.
  for ((at = 0; at <= COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    glued=yes
    if ((at == 0)) || [[ $rest == [[:space:]]* ]]; then glued=""; fi
    rest=\${rest#"\${rest%%[![:space:]]*}"}
    rest=\${rest#"$word"}
    if [[ $glued ]]; then words[-1]+=$word; else words+=("$word"); fi
  done
  ((\${#words[@]} > 1)) || return 0
  current=\${words[-1]}
  mapfile -t offered < <("$1" completion words -- "\${words[@]:1}" 2>/dev/null)
  # What stands before the last = is there already.
  prefix=""
  if [[ $current == *=* && $COMP_WORDBREAKS == *=* ]]; then prefix=\${current%"\${current##*=}"}; fi
  for word in "\${offered[@]}"; do
    if [[ $word == "${FILES_TOO}" ]]; then files=yes; else COMPREPLY+=("\${word#"$prefix"}"); fi
  done
  if [[ $files ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "\${current##*=}")
  elif ((\${#COMPREPLY[@]} == 1)) && [[ \${COMPREPLY[0]} == *[.=] ]]; then
    compopt -o nospace 2>/dev/null
  fi
}
complete -F _tram tram
`;
