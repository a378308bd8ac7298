/**
 * What other users see of this process. Light: imported at every start. Effect: changes this process's line in the
 * process list.
 */

/**
 * Every user of a host sees the command lines of all processes: addresses stand in ours without user and password from
 * here on.
 */
export function hidePasswords(words: readonly string[]): void {
  const shown = words.map((word) => word.replace(/(\brediss?:\/\/)\S*@/, "$1"));
  if (shown.some((word, i) => word !== words[i])) process.title = ["snn-dse", ...shown].join(" ");
}
