/** What memories may be made of without a plug-in. */
export const MEMORY_KIND_NAMES = ["sram", "registers", "latches"] as const;
