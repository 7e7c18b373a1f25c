import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** Stands for `undefined`, which JSON lacks. */
const absent = '(absent)';

/** A value and the type of `@grammyjs/types` (which follows the current Bot API) that it must have. */
export interface Claim {
  /** For example `Answer<'getMe'>` or `Update`. */
  type: string;
  value: unknown;
}

const require = createRequire(import.meta.url);
const folder = dirname(require.resolve('@grammyjs/types/package.json'));
const claimsFile = join(folder, 'claims.ts');
const head = [
  "import type { ApiMethods, Message, Update } from './mod.js';",
  'type Methods = ApiMethods<never>;',
  // The package narrows the messages of some methods to fewer fields than the Bot API sends.
  'type Whole<R> = R extends { message_id: number; chat: object } ? R & Message : R;',
  'type Answer<M extends keyof Methods> = Whole<ReturnType<Methods[M]>>;',
];

/**
 * Type-checks values as literals against Bot API types, so that missing, mistyped and unknown fields are all reported.
 *
 * @returns one list of faults per claim, in the order of the claims
 */
export function typeFaults(claims: readonly Claim[]): string[][] {
  const lines = claims.map(({ type, value }, i) => `const c${i}: ${type} = ${literal(value)};`);
  const source = [...head, ...lines].join('\n');
  const options: ts.CompilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
  };
  const host = ts.createCompilerHost(options);
  const ours: ts.CompilerHost = {
    ...host,
    fileExists: (name) => name === claimsFile || host.fileExists(name),
    getSourceFile: (name, language) =>
      name === claimsFile
        ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2022)
        : host.getSourceFile(name, language),
  };
  const program = ts.createProgram([claimsFile], options, ours);
  const file = program.getSourceFile(claimsFile);
  const faults = claims.map((): string[] => []);
  const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  for (const { start = 0, messageText } of found) {
    const line = file?.getLineAndCharacterOfPosition(start).line ?? 0;
    const message = ts.flattenDiagnosticMessageText(messageText, ' ');
    const ofClaim = faults[line - head.length];
    // A fault without a position belongs to the file as a whole.
    if (ofClaim) ofClaim.push(message);
    else throw new Error(message);
  }
  return faults;
}

/** JSON on one line. `ReplyMessage` requires that a replied-to message has no reply of its own. */
function literal(value: unknown): string {
  const json: string | undefined = JSON.stringify(value, (key, inner: unknown) =>
    key === 'reply_to_message' && typeof inner === 'object'
      ? { ...inner, reply_to_message: absent }
      : inner,
  );
  return json?.replaceAll(JSON.stringify(absent), 'undefined') ?? 'undefined';
}
