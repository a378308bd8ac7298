/**
 * The compiled board for chips whose cores are all plain and whose waves belong to the chip: the same sources, without the checks that only other chips need.
 * Gain: the full board takes 1.05 to 1.09 times its CPU time (medians of 60 pairs in turns: one core, meshes of one VC and of several, trees).
 * Equality: test/sim/board/compiled-board.test.ts, "plain kernel".
 */

@global
export const PLAIN: bool = true;

export * from "./chip-kernel.as";
