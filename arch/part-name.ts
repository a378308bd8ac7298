/**
 * Names of the parts of a population whose sums are made on several cores: they have its widths. Names that a
 * description gives widths have no slash.
 */

export const partName = (home: string, part: number): string => `${home}/part${part}`;

/** The population that a part is of; any other name is its own. */
export const homeOf = (name: string): string => name.replace(/\/part\d+$/, "");
