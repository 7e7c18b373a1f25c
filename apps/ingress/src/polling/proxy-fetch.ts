import { EnvHttpProxyAgent, fetch } from 'undici';

/** A forward proxy for https: servers. */
export interface Proxy {
  url: string;
  /** Comma-separated hosts that are reached directly. */
  noProxy: string;
}

interface Post {
  method: 'POST';
  headers: Record<string, string>;
  body: string;
  redirect: 'error';
  signal: AbortSignal;
}

/** `fetch` through a proxy, which the built-in one of Node.js 20 does not support. */
export function fetchThroughProxy({ url, noProxy }: Proxy) {
  // Without the empty strings, undici would read the environment.
  const dispatcher = new EnvHttpProxyAgent({ httpProxy: '', httpsProxy: url, noProxy });
  return (address: string, post: Post) => fetch(address, { ...post, dispatcher });
}
