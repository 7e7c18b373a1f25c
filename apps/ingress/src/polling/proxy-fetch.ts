import { EnvHttpProxyAgent, fetch } from 'undici';

/** A forward proxy for https: servers. */
export interface Proxy {
  url: string;
  /** Hosts that are reached directly, with commas between them. */
  noProxy: string;
}

interface Post {
  method: 'POST';
  headers: Record<string, string>;
  body: string;
  redirect: 'error';
  signal: AbortSignal;
}

/** `fetch` by way of a proxy, which the one of Node.js 20 cannot do. */
export function fetchThroughProxy({ url, noProxy }: Proxy) {
  // Without the empty texts, undici would read the environment.
  const dispatcher = new EnvHttpProxyAgent({ httpProxy: '', httpsProxy: url, noProxy });
  return (address: string, post: Post) => fetch(address, { ...post, dispatcher });
}
