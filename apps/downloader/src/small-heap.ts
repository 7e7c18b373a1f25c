import { setFlagsFromString } from 'node:v8';

// What streams through is garbage at once: a young generation that grows to 48 MB would be memory for nothing. Imported
// first, as it does not shrink again.
setFlagsFromString('--semi-space-growth-factor=1');
