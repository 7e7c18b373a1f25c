import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

/** One declaration that a package exports: the statement, and the file that contains it. */
export interface PublicDeclaration {
  name: string;
  /** Relative to the repository's top. */
  path: string;
  statement: ts.Statement;
  source: ts.SourceFile;
}

/** Lists what `entry` (an index.ts or index.d.ts) exports by name, in its order. It needs only the parser. */
export function publicDeclarations(root: string, entry: string): PublicDeclaration[] {
  const parsed = new Map<string, ts.SourceFile>();
  return exportsOf(join(root, entry));

  function exportsOf(file: string): PublicDeclaration[] {
    return parse(file).statements.flatMap((statement) => {
      if (!ts.isExportDeclaration(statement) || !statement.exportClause) return [];
      if (!ts.isNamedExports(statement.exportClause)) return [];
      const from = statement.moduleSpecifier as ts.StringLiteral | undefined;
      return statement.exportClause.elements.flatMap((element) => {
        const name = (element.propertyName ?? element.name).text;
        return from ? declarationsIn(beside(file, from.text), name) : declarationsIn(file, name);
      });
    });
  }

  function declarationsIn(file: string | undefined, name: string): PublicDeclaration[] {
    // Another package's export is documented there.
    if (!file) return [];
    const source = parse(file);
    const own = source.statements.filter((statement) => namesOf(statement).includes(name));
    if (own.length > 0) {
      const path = relative(root, file);
      return own.map((statement) => ({ name, path, statement, source }));
    }
    for (const statement of source.statements) {
      if (!ts.isExportDeclaration(statement) && !ts.isImportDeclaration(statement)) continue;
      const clause = ts.isExportDeclaration(statement)
        ? statement.exportClause
        : statement.importClause?.namedBindings;
      if (!clause || ts.isNamespaceExport(clause) || ts.isNamespaceImport(clause)) continue;
      const element = clause.elements.find((each) => each.name.text === name);
      const from = statement.moduleSpecifier as ts.StringLiteral | undefined;
      if (element && from) {
        return declarationsIn(beside(file, from.text), (element.propertyName ?? element.name).text);
      }
    }
    throw new Error(`${relative(root, file)} has no declaration of ${name}.`);
  }

  function parse(file: string): ts.SourceFile {
    const known = parsed.get(file);
    if (known) return known;
    const text = readFileSync(file, 'utf8');
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    parsed.set(file, source);
    return source;
  }
}

/** The exports, and the members of exported interfaces, object types and classes, without a docstring: `file: name`. */
export function undocumented(declarations: readonly PublicDeclaration[]): string[] {
  const faults = declarations.flatMap(({ name, path, statement }) => [
    ...(isDocumented(statement) || isLaterOverload(statement, name) ? [] : [`${path}: ${name}`]),
    ...membersOf(statement)
      .filter((member, _, all) => !isDocumented(firstOfName(member, all)))
      .map((member) => `${path}: ${name}.${member.name?.getText() ?? '(call)'}`),
  ]);
  return [...new Set(faults)];
}

function membersOf(statement: ts.Statement): ts.NamedDeclaration[] {
  if (ts.isInterfaceDeclaration(statement)) return [...statement.members];
  if (ts.isTypeAliasDeclaration(statement) && ts.isTypeLiteralNode(statement.type)) {
    return [...statement.type.members];
  }
  if (ts.isClassDeclaration(statement)) {
    return statement.members.filter(
      (member) =>
        !ts.isConstructorDeclaration(member) &&
        !(
          ts.getCombinedModifierFlags(member) &
          (ts.ModifierFlags.Private | ts.ModifierFlags.Override)
        ),
    );
  }
  return [];
}

/** Later overloads share the docstring of the first. */
function firstOfName(member: ts.NamedDeclaration, all: readonly ts.NamedDeclaration[]) {
  return all.find((each) => each.name?.getText() === member.name?.getText()) ?? member;
}

function isDocumented(node: ts.Node): boolean {
  return ts.getJSDocCommentsAndTags(node).some(ts.isJSDoc);
}

function isLaterOverload(statement: ts.Statement, name: string): boolean {
  if (!ts.isFunctionDeclaration(statement)) return false;
  const siblings = statement.getSourceFile().statements;
  const first = siblings.find((each) => namesOf(each).includes(name));
  return first !== statement && first !== undefined && isDocumented(first);
}

/** The names that a statement declares. */
export function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => boundNames(name));
  }
  const named =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement);
  return named && statement.name ? [statement.name.text] : [];
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((each) =>
    ts.isOmittedExpression(each) ? [] : boundNames(each.name),
  );
}

function beside(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const stem = join(dirname(file), specifier.replace(/\.js$/, ''));
  return [`${stem}.d.ts`, `${stem}.ts`].find(existsSync);
}
