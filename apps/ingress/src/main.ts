import { runProcess } from '@chatlane/runtime';
import { readIngressConfig } from './config.js';
import { createIngress } from './service.js';

await runProcess({
  name: 'ingress',
  env: process.env,
  config: readIngressConfig,
  create: createIngress,
});
