/**
 * How zod is asked to parse. By itself it compiles a parser per object schema at the schema's first use, which costs as
 * much as some dozens of plain parses: a command that reads one description goes without, a search compiles. Pure but
 * for its count.
 */

/** For a schema that is used a few times in a run. */
export const PLAIN = { jitless: true } as const;

/** Parses without compilers; `check` of a study with a search makes about a hundred. */
const PLAIN_PARSES = 300;
let parses = 0;

/** For schemas that each point of a search is parsed by. */
export function manner(): typeof PLAIN | undefined {
  return parses++ < PLAIN_PARSES ? PLAIN : undefined;
}
