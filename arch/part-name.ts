/**
 * Names of the parts of a population whose sums are computed on several cores; they have its widths. Names in a
 * description have no slash.
 */

export const partName = (home: string, part: number): string => `${home}/part${part}`;

/** The population of a part; any other name is returned as it is. */
export const homeOf = (name: string): string => name.replace(/\/part\d+$/, "");
