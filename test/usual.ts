/** Cases of one claim: those that `npm test` runs, and the others, which are tagged `long`. */
export function usualAndLong<const Case>(
  all: readonly Case[],
  isUsual: (one: Case, index: number) => boolean,
): readonly (readonly [cases: Case[], options: { tags: "long"[] }])[] {
  return [
    [all.filter(isUsual), { tags: [] }],
    [all.filter((one, index) => !isUsual(one, index)), { tags: ["long"] }],
  ];
}
