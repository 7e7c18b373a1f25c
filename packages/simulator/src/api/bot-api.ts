import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SimulatorLogger } from '../logger.js';
import type { Simulator } from '../simulator.js';
import { ApiError, methodNotFound, notFound, tooManyRequests, unauthorized } from './api-error.js';
import { createArguments, type Arguments } from './arguments.js';
import { decoded } from './decoded.js';
import { methodTable, type NamedMethod } from './method-table.js';
import { Described, RawResult } from './method.js';
import { readArguments } from './read-request.js';
import type { ScriptedAnswer } from './scripted-calls.js';
import { pace } from './send.js';
import { namedChat } from './target-chat.js';

export type RequestHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
) => Promise<void> | void;

/** The Bot API over HTTP: `/bot<token>/<method>`, and the same under `/test/`. */
export function createBotApi(simulator: Simulator, logger: SimulatorLogger): RequestHandler {
  const methods = methodTable(simulator);
  const { faults, calls, clock, scripts } = simulator;

  return async function handleBotApi(request, response, url) {
    try {
      const name = authorised(simulator.token, url.pathname);
      const raw = await readArguments(request, url.searchParams);
      const args = createArguments(raw);
      const method = methods.get(name.toLowerCase());
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      const chatId = namedChat(simulator, args)?.identity.id;
      const call = calls.begin({
        method: method?.name ?? name.slice(0, 64),
        params: paramsOf(raw),
        ...(chatId !== undefined && { chat_id: chatId }),
      });
      if (!method) logger.warn({ method: call.method }, 'unsupported Bot API method');
      const scripted = await scripts.answerTo(call, {
        files: raw.files,
        connection: request.socket.remotePort,
      });
      if (scripted === 'hang') return;
      if (scripted === 'reset') {
        calls.end(call, { status: 0, ok: false, error: 'connection broken by a script' });
        request.socket.resetAndDestroy();
        return;
      }
      const fault = faults.forCall(call.method, chatId);
      if (fault.delayMs > 0) await clock.wait(fault.delayMs);
      const answer = await (typeof scripted === 'object'
        ? asAnswer(scripted)
        : fault.refuse
          ? refusal(fault.refuse)
          : answerTo(method, args, gone.signal));
      if (fault.loseAck || scripted === 'lose') {
        calls.end(call, { status: 0, ok: answer.ok, error: 'connection broken by a fault' });
        request.socket.destroy();
        return;
      }
      calls.end(call, {
        status: answer.status,
        ok: answer.ok,
        ...(answer.error !== undefined && { error: answer.error }),
      });
      reply(response, answer);
    } catch (error) {
      reply(response, failure(error));
    }
  };

  async function answerTo(
    method: NamedMethod | undefined,
    args: Arguments,
    signal: AbortSignal,
  ): Promise<Answer> {
    try {
      if (!method) throw methodNotFound;
      await pace(simulator, method.name, args);
      return success(await method.run({ args, signal }));
    } catch (error) {
      return failure(error);
    }
  }

  function failure(error: unknown): Answer {
    if (!(error instanceof ApiError)) logger.error({ err: error }, 'simulated method threw');
    const { code, description, parameters } =
      error instanceof ApiError ? error : new ApiError(500, 'Internal Server Error');
    const body = { ok: false, error_code: code, description, ...(parameters && { parameters }) };
    return {
      ok: false,
      status: code,
      error: description,
      body: JSON.stringify(body),
      retryAfter: parameters?.retry_after,
    };
  }

  function asAnswer(scripted: Exclude<ScriptedAnswer, string>): Answer {
    if ('result' in scripted) return success(scripted.result);
    if ('error' in scripted) {
      const { error, description = 'Error', parameters } = scripted;
      return failure(new ApiError(error, description, parameters));
    }
    const { status = 200, headers, text } = scripted;
    return { ok: status < 400, status, headers, body: text };
  }

  function refusal({ status, retryAfter }: { status: number; retryAfter: number }): Answer {
    if (status === 429) return failure(tooManyRequests(retryAfter));
    return failure(new ApiError(status, status === 502 ? 'Bad Gateway' : 'Internal Server Error'));
  }
}

interface Answer {
  ok: boolean;
  status: number;
  body: string;
  error?: string;
  /** In seconds. */
  retryAfter?: number | undefined;
  headers?: Record<string, string> | undefined;
}

/** The method's name. @throws ApiError 404 for a malformed token and 401 for an unknown one, as Telegram does */
function authorised(token: string, path: string): string {
  const match = /^\/bot([^/]+)\/(?:test\/)?([^/]+)\/?$/.exec(path);
  if (!match) throw notFound;
  const given = decoded(match[1] as string);
  if (given === token) return match[2] as string;
  throw /^[1-9]\d*:[A-Za-z0-9_-]{30,80}$/.test(given) ? unauthorized : notFound;
}

function paramsOf({ fields, files }: Awaited<ReturnType<typeof readArguments>>) {
  const params = { ...fields };
  delete params['method'];
  for (const [name, { name: fileName, bytes }] of files) {
    params[name] = `${fileName} (${bytes.length} bytes)`;
  }
  return params;
}

function success(outcome: unknown): Answer {
  const { result, description } =
    outcome instanceof Described ? outcome : { result: outcome, description: undefined };
  const json = result instanceof RawResult ? result.json : JSON.stringify(result);
  const more = description === undefined ? '' : `,"description":${JSON.stringify(description)}`;
  return { ok: true, status: 200, body: `{"ok":true,"result":${json}${more}}` };
}

function reply(response: ServerResponse, { status, body, retryAfter, headers }: Answer): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
    ...headers,
  });
  response.end(body);
}
