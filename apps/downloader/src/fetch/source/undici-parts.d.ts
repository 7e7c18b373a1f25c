/**
 * Only undici's client: everything else, including fetch and WebSocket, would take 8 MB more of the thread's memory.
 */
declare module 'undici/lib/dispatcher/agent.js' {
  export { Agent as default } from 'undici';
}
declare module 'undici/lib/core/connect.js' {
  export { buildConnector as default } from 'undici';
}
