export { bothObservers } from './both-observers.js';
export {
  botIdOf,
  commonSettings,
  processSettings,
  readCommon,
  readProxy,
  type CommonConfig,
} from './common-settings.js';
export { createConnectionGuard, type ConnectionGuard } from './connection-guard.js';
export { ConfigError, readConfig, type ConfigFault } from './config.js';
export { createLifecycle, type Lifecycle, type LifecycleState, type Part } from './lifecycle.js';
export { closeServer, listen } from './listen.js';
export { createLogger, type Logger, type LoggerOptions } from './logger.js';
export {
  createOpsServer,
  type OpsServer,
  type OpsServerOptions,
  type ReadyChecks,
} from './ops-server.js';
export { printable } from './printable.js';
export {
  runProcess,
  runTogether,
  type ProcessConfig,
  type ProcessOptions,
  type Role,
  type Service,
  type ServiceContext,
  type ServicePorts,
  type TogetherOptions,
} from './run-process.js';
export { setting, type Bounds, type TextForm } from './settings.js';
export { fileLinkSettings } from './file-link-settings.js';
export { sleep } from './sleep.js';
export {
  readStorage,
  storageSecrets,
  storageSettings,
  withStorageRules,
  type StoragePlace,
} from './storage-settings.js';
export { createTroubleLog } from './trouble-log.js';
