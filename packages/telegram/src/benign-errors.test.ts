import { failureOf, startClient } from './bot-api.testkit.js';
import { NeverRetryError } from './errors.js';

const tooOld = 'Bad Request: query is too old and response timeout expired or query ID is invalid';
const notModified =
  'Bad Request: message is not modified: specified new message content and reply markup are exactly the same';
const gone = 'Bad Request: message to delete not found';

const rejectingWith = (description: string, error = 400) =>
  startClient(() => ({ error, description }), { attempts: 1 });

describe('a benign error', () => {
  it.each([
    ['an answer to an old button press', 'answerCallbackQuery', tooOld],
    ['an answer to an old inline query', 'answerInlineQuery', tooOld],
    ['a second answer to a checkout', 'answerPreCheckoutQuery', tooOld],
    ['a second answer to a guest query', 'answerGuestQuery', tooOld],
    ['a text that is already in place', 'editMessageText', notModified],
    ['a caption that is already in place', 'editMessageCaption', notModified],
    ['a keyboard that is already in place', 'editMessageReplyMarkup', notModified],
    ['a title that is already in place', 'setChatTitle', 'Bad Request: chat title is not modified'],
    ['a topic that is already as requested', 'editForumTopic', 'Bad Request: TOPIC_NOT_MODIFIED'],
    ['a message that is already deleted', 'deleteMessage', gone],
  ] as const)('counts as success: %s', async (_, method, description) => {
    const seen: unknown[] = [];
    const observer = { onCall: ({ outcome }: { outcome: string }) => seen.push(outcome) };
    await using test = await startClient(() => ({ error: 400, description }), { observer });
    expect(await test.telegram.callApi(method as never, {} as never)).toBe(true);
    expect(test.api.methods()).toEqual([method]);
    // Metrics still count it as an error.
    expect(seen).toEqual(['never']);
  });

  it.each([
    ['sendMessage', tooOld],
    ['answerCallbackQuery', 'Bad Request: MESSAGE_TOO_LONG'],
    ['editMessageText', 'Bad Request: message to edit not found'],
    ['deleteMessage', "Bad Request: message can't be deleted for everyone"],
  ] as const)('does not include other errors of %s: %s', async (method, description) => {
    await using test = await rejectingWith(description);
    const failure = await failureOf(test.telegram.callApi(method, {} as never));
    expect(failure).toBeInstanceOf(NeverRetryError);
  });

  it('rejects when the caller asks for strict', async () => {
    await using test = await rejectingWith(tooOld);
    const answer = { callback_query_id: '1', text: 'sorry' };
    const failure = await failureOf(
      test.telegram.callApi('answerCallbackQuery', answer, { strict: true }),
    );
    expect(failure).toMatchObject({ nextAction: 'never', errorCode: 400 });
  });

  it('is never a temporary failure, which is retried instead', async () => {
    await using test = await rejectingWith(tooOld, 500);
    const failure = await failureOf(test.telegram.answerCbQuery('1'));
    expect(failure).toMatchObject({ nextAction: 'retry' });
  });
});
