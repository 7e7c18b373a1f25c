import type { ResultsButton } from '../../world/inline-query.js';
import { badRequest } from '../api-error.js';
import type { Arguments } from '../arguments.js';
import { asFields, parsing, requiredText } from './fields.js';

const longestParameter = 64;

/** The button above the results, checked as td does; the legacy `switch_pm_` arguments also work. @throws ApiError */
export async function resultsButton(args: Arguments): Promise<ResultsButton | undefined> {
  const given = args.json('button');
  const button = await parsing('inline query results button', () =>
    given === undefined ? oldButton(args) : readButton(given),
  );
  const parameter = button?.start_parameter;
  if (parameter === undefined) return button;
  if (parameter === '') throw badRequest("can't use empty start_parameter");
  if (Buffer.byteLength(parameter) > longestParameter) {
    throw badRequest('too long start_parameter specified');
  }
  if (!/^[\w-]+$/.test(parameter)) {
    throw badRequest('unallowed characters in start_parameter are used');
  }
  return button;
}

function readButton(given: unknown): ResultsButton {
  const fields = asFields(given, 'InlineQueryResultsButton must be an Object');
  const text = requiredText(fields, 'text');
  if ('start_parameter' in fields) {
    return { text, start_parameter: requiredText(fields, 'start_parameter') };
  }
  if ('web_app' in fields) {
    const app = asFields(fields['web_app'], 'field "web_app" must be of type Object');
    const url = requiredText(app, 'url');
    if (!URL.canParse(url)) throw badRequest(`inline query button Web App URL '${url}' is invalid`);
    return { text, web_app: { url } };
  }
  throw badRequest('InlineQueryResultsButton must have exactly one optional field');
}

function oldButton(args: Arguments): ResultsButton | undefined {
  const text = args.text('switch_pm_text');
  return text === '' ? undefined : { text, start_parameter: args.text('switch_pm_parameter') };
}
