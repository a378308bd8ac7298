/**
 * Hides secrets from other users of the host. Small, because it is imported at every start. Effect: changes this
 * process's line in the process list.
 */

/**
 * Every user of a host can see the command lines of all processes, so this removes user and password from addresses in
 * this one.
 */
export function hidePasswords(words: readonly string[]): void {
  const shown = words.map((word) => word.replace(/(\brediss?:\/\/)\S*@/, "$1"));
  if (shown.some((word, i) => word !== words[i])) process.title = ["snn-dse", ...shown].join(" ");
}
