/** One call to the Bot API (or the simulator) with JSON parameters. Errors never show the token. */
export async function callBotApi(
  to: { apiRoot: string; token: string },
  method: string,
  parameters: Record<string, unknown> = {},
): Promise<unknown> {
  const url = `${to.apiRoot.replace(/\/+$/, '')}/bot${to.token}/${method}`;
  let reply: BotApiReply;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(parameters),
      signal: AbortSignal.timeout(15_000),
    });
    reply = (await response.json()) as BotApiReply;
  } catch (error) {
    const reason = `no answer from ${to.apiRoot} (${reasonOf(error)})`;
    throw new Error(`${method}: ${reason}`, { cause: error });
  }
  if (reply.ok) return reply.result;
  throw new BotApiError(method, reply.error_code ?? 0, reply.description ?? 'no description');
}

/** An error response of the Bot API. */
export class BotApiError extends Error {
  constructor(
    method: string,
    readonly code: number,
    description: string,
  ) {
    super(`${method}: ${code} ${description}`);
    this.name = 'BotApiError';
  }
}

interface BotApiReply {
  ok: boolean;
  result?: unknown;
  error_code?: number;
  description?: string;
}

/** The message of the innermost cause, because `fetch failed` alone does not explain the failure. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  return error.cause === undefined ? (code ?? error.message).toString() : reasonOf(error.cause);
}
