import type { Role } from '@chatlane/runtime';
import { readIngressConfig, type IngressConfig } from './config.js';
import { createIngress } from './service.js';

/** Takes updates from Telegram into the lanes. */
export const ingress: Role<IngressConfig> = {
  name: 'ingress',
  config: readIngressConfig,
  create: createIngress,
};
