import { execFile } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startApp, type AppProcess } from '@chatlane/processes';
import { headlessChromium } from '@chatlane/testing';
import { chromium, type Browser } from 'playwright-core';

const root = fileURLToPath(new URL('../..', import.meta.url));
const site = join(root, 'apps/playground/dist/docs');

/** Runs `npm run docs`, and returns its complaints. Links to folders are left out, because they work only on GitHub. */
function build(): Promise<string[]> {
  const typedoc = createRequire(import.meta.url).resolve('typedoc/package.json');
  const program = join(typedoc, '../bin/typedoc');
  const options = join(root, 'packages/tooling/typedoc.json');
  return new Promise((resolve) => {
    execFile(process.execPath, [program, '--options', options], { cwd: root }, (_, out, err) =>
      resolve(
        `${out}${err}`
          .split('\n')
          .filter((line) => /warning|error/.test(line))
          .filter((line) => !/is not a file and will not|0 errors and/.test(line)),
      ),
    );
  });
}

describe('the site with the guide and the reference', () => {
  let playground: AppProcess;
  let browser: Browser;
  let complaints: string[];

  beforeAll(async () => {
    rmSync(site, { recursive: true, force: true });
    complaints = await build();
    const env = { PLAYGROUND_PORT: '0', LOG_LEVEL: 'warn' };
    [playground, browser] = await Promise.all([
      startApp({ app: 'playground', env }),
      chromium.launch(headlessChromium()),
    ]);
  });
  afterAll(() => Promise.all([playground.stop(), browser.close()]));

  it('has only links that lead somewhere', () => {
    expect(complaints).toEqual([]);
  });

  it('has every page of the guide', () => {
    const pages = readdirSync(join(root, 'packages/chatlane/docs'), { recursive: true });
    const written = pages.filter((page) => String(page).includes('/')).length;
    const built = readdirSync(join(site, 'documents')).length;
    expect(written).toBeGreaterThan(10);
    expect(built).toBeGreaterThanOrEqual(written);
  });

  it('is served by the playground, where links and the search find their pages', async () => {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('console', (line) => line.type() === 'error' && faults.push(line.text()));
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(`http://127.0.0.1:${playground.ports.http}/docs/`);
    const content = page.locator('.col-content');
    await content.getByRole('link', { name: 'Buttons and menus' }).click();
    await content.getByRole('heading', { name: 'A menu' }).waitFor();
    await content.getByRole('link', { name: 'All about menus' }).click();
    await page.locator('#menus').waitFor();
    await page.getByRole('button', { name: 'Search' }).click();
    await page.keyboard.type('createButtons');
    await page.locator('#tsd-search-results').getByRole('option').first().click();
    await content.getByText('Inline buttons with signed data').waitFor();
    expect(faults).toEqual([]);
  });
});
