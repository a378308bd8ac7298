/**
 * The exports of `import "snn-dse"`, read from the sources: each name, its declarations and their docstrings. Syntax
 * only, so it takes no time.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { packageRoot } from "../../base/package-root.js";

export interface PublicName {
  readonly name: string;
  /** Where it is declared, relative to the package. */
  readonly file: string;
  readonly declaration: ts.Node;
}

const sources = new Map<string, ts.SourceFile>();

function sourceOf(file: string): ts.SourceFile {
  const known = sources.get(file);
  if (known !== undefined) return known;
  const source = ts.createSourceFile(file, readFileSync(join(packageRoot(), file), "utf8"), ts.ScriptTarget.ES2022, true);
  sources.set(file, source);
  return source;
}

const targetOf = (file: string, module: string): string => join(dirname(file), module.replace(/\.js$/, ".ts"));

export function publicNames(): readonly PublicName[] {
  return exportsOf("app/index.ts").map(({ name, from, as }) => declared(from, as, name));
}

/** `export { type as as name } from "from"` of a file. */
function exportsOf(file: string): readonly { readonly name: string; readonly as: string; readonly from: string }[] {
  return sourceOf(file).statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || statement.exportClause === undefined || !ts.isNamedExports(statement.exportClause)) return [];
    const module = (statement.moduleSpecifier as ts.StringLiteral | undefined)?.text;
    return statement.exportClause.elements.flatMap((element) => {
      const as = (element.propertyName ?? element.name).text;
      const from = module ?? importedFrom(file, as);
      return from === null ? [] : [{ name: element.name.text, as, from: targetOf(file, from) }];
    });
  });
}

/** The module from which a file has a name; null where it is its own. */
function importedFrom(file: string, name: string): string | null {
  for (const statement of sourceOf(file).statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const bindings = statement.importClause?.namedBindings;
    const isIt = bindings !== undefined && ts.isNamedImports(bindings) && bindings.elements.some((element) => element.name.text === name);
    if (isIt) return (statement.moduleSpecifier as ts.StringLiteral).text;
  }
  return null;
}

/** Where a name that a file exports is declared, along what it passes on. @throws Error where it is not */
function declared(file: string, name: string, shown: string): PublicName {
  for (const statement of sourceOf(file).statements) {
    const isNamed =
      (ts.isFunctionDeclaration(statement) ||
        ts.isClassDeclaration(statement) ||
        ts.isInterfaceDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement)) &&
      statement.name?.text === name;
    const isVariable =
      ts.isVariableStatement(statement) && statement.declarationList.declarations.some((one) => one.name.getText() === name);
    if (isNamed || isVariable) return { name: shown, file, declaration: statement };
  }
  const passed = exportsOf(file).find((one) => one.name === name);
  if (passed === undefined) throw new Error(`${file} does not declare ${name}`);
  return declared(passed.from, passed.as, shown);
}

/** The docstring of a declaration or member; empty where there is none. */
export function docOf(node: ts.Node): string {
  return ts
    .getJSDocCommentsAndTags(node)
    .map((part) => ts.getTextOfJSDocComment(part.comment) ?? "")
    .join("\n")
    .trim();
}

/** Members that a reader of the reference sees: those of interfaces, and public ones of classes. */
export function membersOf(node: ts.Node): readonly (ts.TypeElement | ts.ClassElement)[] {
  if (ts.isInterfaceDeclaration(node)) return node.members;
  if (!ts.isClassDeclaration(node)) return [];
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return node.members.filter((member) => !ts.isConstructorDeclaration(member) && (ts.getCombinedModifierFlags(member) & hidden) === 0);
}

/** Names of `@param` tags that no parameter of the function has. */
export function strayParams(node: ts.Node): readonly string[] {
  if (!ts.isFunctionDeclaration(node)) return [];
  const parameters = node.parameters.map(({ name }) => (ts.isIdentifier(name) ? name.text : null));
  return ts
    .getJSDocTags(node)
    .filter(ts.isJSDocParameterTag)
    .map(({ name }) => name.getText())
    .filter((name) => !parameters.includes(name) && !parameters.includes(null));
}
