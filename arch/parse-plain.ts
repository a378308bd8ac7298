/**
 * How zod parses. By default it compiles a parser per object schema at its first use, which costs as much as some
 * dozens of plain parses: a command that reads one description does not compile, a search does. Pure, except its
 * counter.
 */

/** For a schema that is used only a few times in a run. */
export const PLAIN = { jitless: true } as const;

/** Number of parses before compiling; `check` with a search makes about a hundred. */
const PLAIN_PARSES = 300;
let parses = 0;

/** For schemas that parse each point of a search. */
export function manner(): typeof PLAIN | undefined {
  return parses++ < PLAIN_PARSES ? PLAIN : undefined;
}
