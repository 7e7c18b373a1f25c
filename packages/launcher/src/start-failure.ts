import { AppStartError } from '@chatlane/processes';

/** Why a process did not start, in its own words. Its log lines, which are JSON, are left out. */
export function startFailure(error: unknown): string {
  if (!(error instanceof AppStartError)) {
    return error instanceof Error ? error.message : String(error);
  }
  const lines = error.output.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
  const text = lines.join('\n').replace(/^worker could not start: (BOT_MODULE: )?/, '');
  return text === '' ? `${error.message}\n${error.output}`.trim() : text;
}
