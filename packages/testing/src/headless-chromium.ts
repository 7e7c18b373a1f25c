import { findCommand } from '@chatlane/processes';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * Options of playwright's `chromium.launch` that start the machine's Chromium without a window and without its background
 * requests.
 *
 * @throws Error if there is none on PATH (`npm test` installs one)
 */
export function headlessChromium(): { executablePath: string; args: string[]; timeout: number } {
  const executablePath = findCommand(names);
  if (executablePath === undefined) throw new Error(`Install one of ${names.join(', ')}.`);
  return {
    executablePath,
    // Milliseconds; a start may take long on a busy machine.
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
