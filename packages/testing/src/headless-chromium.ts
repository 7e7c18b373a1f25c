import { findCommand } from '@chatlane/processes';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * How playwright's `chromium.launch` starts the machine's own Chromium: without a window, and without
 * requests of its own to elsewhere.
 *
 * @throws Error when none is on PATH (`npm test` gets one)
 */
export function headlessChromium(): { executablePath: string; args: string[]; timeout: number } {
  const executablePath = findCommand(names);
  if (executablePath === undefined) throw new Error(`Install one of ${names.join(', ')}.`);
  return {
    executablePath,
    // Milliseconds until it is up; a busy machine may need long.
    timeout: 120_000,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  };
}
