import { isNestedTooDeeply } from '@chatlane/contracts';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { ApiError } from '../api/api-error.js';
import type { SimulatorLogger } from '../logger.js';
import type { Simulator } from '../simulator.js';
import { eventRoutes } from './events.js';
import { fileRoutes } from './files.js';
import { inlineRoutes } from './inline.js';
import { messageRoutes } from './messages.js';
import { migrationRoutes } from './migrations.js';
import { peopleAndChatRoutes } from './people-and-chats.js';
import { createPeople } from './people.js';
import { PlayError } from './play-error.js';
import { debugRoutes } from './debug-routes.js';

/** The people's side under /play. */
export function createPlayApp(simulator: Simulator, logger: SimulatorLogger): Express {
  const app = express();
  const people = createPeople(simulator);
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(
    '/play',
    express.json({ limit: '32mb', verify: refuseDeepNesting }),
    messageRoutes(simulator, people),
    peopleAndChatRoutes(simulator, people),
    migrationRoutes(simulator),
    fileRoutes(simulator, people),
    inlineRoutes(simulator, people),
    debugRoutes(simulator),
    eventRoutes(simulator),
    answerNothingHere,
    createErrorAnswer(logger),
  );
  return app;
}

/**
 * Runs before the body is parsed: parsing a deeply nested body would block the event loop, and overflow recursive code.
 */
function refuseDeepNesting(_request: unknown, _response: unknown, body: Buffer): void {
  if (isNestedTooDeeply(body.toString())) {
    throw new PlayError(400, 'the body is nested more than 100 levels deep');
  }
}

const answerNothingHere: RequestHandler = (request, response) => {
  const error = `there is no ${request.method} ${request.baseUrl}${request.path}`;
  response.status(404).json({ error });
};

function createErrorAnswer(logger: SimulatorLogger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const { status, message } = error as { status?: number; message?: string };
    if (error instanceof PlayError) response.status(error.status).json({ error: error.message });
    else if (error instanceof ApiError) {
      response.status(error.code).json({ error: error.description });
    } else if (status !== undefined && status < 500) {
      response.status(status).json({ error: `the body cannot be read: ${message ?? ''}` });
    } else {
      logger.error({ err: error }, 'request to /play failed');
      response.status(500).json({ error: 'internal error; see the log of the playground' });
    }
  };
}
