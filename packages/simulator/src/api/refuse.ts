import type { ServerResponse } from 'node:http';

const descriptions: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  404: 'Not Found',
  416: 'Requested Range Not Satisfiable',
  429: 'Too Many Requests',
};

/** Answers a download with an error. @param retryAfter seconds for a `Retry-After` header */
export function refuse(response: ServerResponse, status: number, retryAfter?: number): void {
  response.writeHead(status, {
    'Content-Type': 'application/json',
    ...(retryAfter !== undefined && { 'Retry-After': retryAfter }),
  });
  const description = descriptions[status] ?? 'Bad Gateway';
  response.end(JSON.stringify({ ok: false, error_code: status, description }));
}
