import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { namesOf } from '../architecture/public-api.js';
import type { CodeBlock } from './code-blocks.js';

/** In JavaScript, only errors of syntax (1xxx) and unknown names, modules and exports count. */
const faultsOfJavaScript = (code: number): boolean =>
  code < 2_000 || [2304, 2305, 2307, 2552, 2724].includes(code);

/**
 * Compiles each block as a separate module next to its file, and returns the errors: `file:line: message`.
 * Names that a fragment takes from the text around it (`bot`, `ctx`, `redis`) are declared in `given/<package>.ts`, or
 * in `given/docs.ts` for pages outside the packages. A block's own declarations take precedence.
 */
export function compileErrors(root: string, blocks: readonly CodeBlock[]): string[] {
  const modules = new Map<string, { text: string; block: CodeBlock; addedLines: number }>();
  for (const [index, block] of blocks.entries()) {
    const added = addedImports(root, block);
    const file = join(root, dirname(block.path), `block-${index}.${block.language}`);
    modules.set(file, { text: [...added, block.code].join('\n'), block, addedLines: added.length });
  }

  const options = compilerOptions(root);
  const onDisk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...onDisk,
    fileExists: (file) => modules.has(file) || onDisk.fileExists(file),
    readFile: (file) => modules.get(file)?.text ?? onDisk.readFile(file),
    getSourceFile(file, settings, ...rest) {
      const text = modules.get(file)?.text;
      return text === undefined
        ? onDisk.getSourceFile(file, settings, ...rest)
        : ts.createSourceFile(file, text, settings);
    },
  };
  const program = ts.createProgram([...modules.keys()], options, host);

  return [...modules].flatMap(([file, { block, addedLines }]) => {
    const source = program.getSourceFile(file)!;
    const errors = [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ];
    return errors
      .filter(({ code }) => block.language === 'ts' || faultsOfJavaScript(code))
      .map(({ start = 0, messageText }) => {
        const { line } = source.getLineAndCharacterOfPosition(start);
        const message = ts.flattenDiagnosticMessageText(messageText, ' ');
        return `${block.path}:${block.line + line - addedLines}: ${message}`;
      });
  });
}

function compilerOptions(root: string): ts.CompilerOptions {
  const folder = join(root, 'packages/tooling');
  const read = (file: string) => ts.sys.readFile(file);
  const { config } = ts.readConfigFile(join(folder, 'tsconfig.tree.json'), read) as {
    config: object;
  };
  const withoutFiles = { ...config, files: [], include: [] };
  const { options } = ts.parseJsonConfigFileContent(withoutFiles, ts.sys, folder);
  return {
    ...options,
    allowJs: true,
    checkJs: true,
    verbatimModuleSyntax: false,
    noUncheckedIndexedAccess: false,
  };
}

/** Imports for the names that the block uses without declaring them. */
function addedImports(root: string, { path, code, inDocstring }: CodeBlock): string[] {
  const [kind = '', name = ''] = path.split('/');
  const ofPackage = ['packages', 'apps'].includes(kind);
  const known = new Set(declaredNames(parse(code)));
  return [
    ...(inDocstring ? [`${kind}/${name}/src/index.ts`] : []),
    `test/docs/given/${ofPackage ? name : 'docs'}.ts`,
  ]
    .filter((file) => existsSync(join(root, file)))
    .map((file) => {
      const names = exportedNames(parse(readFileSync(join(root, file), 'utf8'))).filter(
        (each) => !known.has(each) && new RegExp(`\\b${each}\\b`).test(code),
      );
      for (const each of names) known.add(each);
      const specifier = relative(dirname(path), file).replace(/^(?!\.)/, './');
      return `import { ${names.join(', ')} } from '${specifier.replace(/ts$/, 'js')}';`;
    });
}

function parse(code: string): ts.SourceFile {
  return ts.createSourceFile('block.ts', code, ts.ScriptTarget.Latest, true);
}

function declaredNames({ statements }: ts.SourceFile): string[] {
  return statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement)) return namesOf(statement);
    const { name, namedBindings } = statement.importClause ?? {};
    const named = namedBindings && ts.isNamedImports(namedBindings) ? namedBindings.elements : [];
    return [...(name ? [name] : []), ...named.map((each) => each.name)].map(({ text }) => text);
  });
}

function exportedNames({ statements }: ts.SourceFile): string[] {
  return statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement)) return isExported(statement) ? namesOf(statement) : [];
    const { exportClause } = statement;
    return exportClause && ts.isNamedExports(exportClause)
      ? exportClause.elements.map(({ name }) => name.text)
      : [];
  });
}

function isExported(statement: ts.Statement): boolean {
  if (!ts.canHaveModifiers(statement)) return false;
  const modifiers = ts.getModifiers(statement) ?? [];
  return modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}
