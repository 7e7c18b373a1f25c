import { access, constants, mkdir } from 'node:fs/promises';

/**
 * Creates a folder if necessary, and checks that files can be written to it.
 *
 * @throws Error that names the setting
 */
export async function makeUsable(setting: string, dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await access(dir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new Error(
      `${setting} must be a folder that this user may write to: ${dir} is not (${code})`,
      { cause: error },
    );
  }
}
