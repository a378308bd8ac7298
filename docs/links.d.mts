export function checkedLinks(site: string): {
  readonly dead: readonly string[];
  readonly foreign: readonly string[];
  readonly links: number;
  readonly pages: number;
};
