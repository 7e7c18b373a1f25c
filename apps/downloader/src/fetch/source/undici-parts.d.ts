/** The client of undici alone: with all the rest, fetch and WebSocket among it, the thread would take 8 MB more. */
declare module 'undici/lib/dispatcher/agent.js' {
  export { Agent as default } from 'undici';
}
declare module 'undici/lib/core/connect.js' {
  export { buildConnector as default } from 'undici';
}
