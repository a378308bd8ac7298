/** What a class of a sample may be: -1 for none, or a number from 0. Pure. */

export const LARGEST_LABEL = 65_535;

export const isLabel = (label: number): boolean => Number.isInteger(label) && label >= -1 && label <= LARGEST_LABEL;
