export { until as eventually } from '@chatlane/tooling';
