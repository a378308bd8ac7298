/** Names of a bundle of types that its users see and no comment explains. */
import ts from "typescript";

/** @param bundle text of a `.d.ts` file; returns exported names and `Type.member` */
export function undocumented(bundle: string): string[] {
  const source = ts.createSourceFile("index.d.ts", bundle, ts.ScriptTarget.Latest, true);
  const exported = new Set<string>();
  for (const statement of source.statements)
    if (ts.isExportDeclaration(statement) && statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause))
      for (const { name, propertyName } of statement.exportClause.elements) exported.add((propertyName ?? name).text);
  const bare = (node: ts.Node): boolean => ts.getJSDocCommentsAndTags(node).length === 0;
  const found: string[] = [];
  for (const statement of source.statements) {
    const declared = ts.isVariableStatement(statement) ? statement.declarationList.declarations[0] : statement;
    const name = ts.getNameOfDeclaration(declared as ts.Declaration)?.getText();
    if (name === undefined || !exported.has(name)) continue;
    if (bare(statement)) found.push(name);
    if (!ts.isInterfaceDeclaration(statement) && !ts.isClassDeclaration(statement)) continue;
    for (const member of statement.members) if (member.name !== undefined && bare(member)) found.push(`${name}.${member.name.getText()}`);
  }
  return found;
}
