import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { apiReport, publicPackages } from './api-report.js';

// Rewrites the reports that test/public-api.test.ts compares with the builds.
const root = fileURLToPath(new URL('../..', import.meta.url));
for (const name of publicPackages) {
  writeFileSync(`${root}/packages/${name}/api.md`, apiReport(root, name));
}
