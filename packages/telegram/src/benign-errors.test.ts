import { failureOf, startClient } from './bot-api.testkit.js';
import { NeverRetryError } from './errors.js';

const tooOld = 'Bad Request: query is too old and response timeout expired or query ID is invalid';
const notModified =
  'Bad Request: message is not modified: specified new message content and reply markup are exactly the same';
const gone = 'Bad Request: message to delete not found';

const refusing = (description: string, error = 400) =>
  startClient(() => ({ error, description }), { attempts: 1 });

describe('a refusal that leaves nothing to be done', () => {
  it.each([
    ['an old press', 'answerCallbackQuery', tooOld],
    ['an old inline query', 'answerInlineQuery', tooOld],
    ['a checkout that was answered before', 'answerPreCheckoutQuery', tooOld],
    ['a guest query that was answered before', 'answerGuestQuery', tooOld],
    ['a text that is there already', 'editMessageText', notModified],
    ['a caption that is there already', 'editMessageCaption', notModified],
    ['a keyboard that is there already', 'editMessageReplyMarkup', notModified],
    ['a title that is there already', 'setChatTitle', 'Bad Request: chat title is not modified'],
    ['a topic that is so already', 'editForumTopic', 'Bad Request: TOPIC_NOT_MODIFIED'],
    ['a message that is gone already', 'deleteMessage', gone],
  ] as const)('is a success: %s', async (_, method, description) => {
    const seen: unknown[] = [];
    const observer = { onCall: ({ outcome }: { outcome: string }) => seen.push(outcome) };
    await using test = await startClient(() => ({ error: 400, description }), { observer });
    expect(await test.telegram.callApi(method as never, {} as never)).toBe(true);
    expect(test.api.methods()).toEqual([method]);
    // The metrics show it as what it was.
    expect(seen).toEqual(['never']);
  });

  it.each([
    ['sendMessage', tooOld],
    ['answerCallbackQuery', 'Bad Request: MESSAGE_TOO_LONG'],
    ['editMessageText', 'Bad Request: message to edit not found'],
    ['deleteMessage', "Bad Request: message can't be deleted for everyone"],
  ] as const)('is an error of %s otherwise: %s', async (method, description) => {
    await using test = await refusing(description);
    const failure = await failureOf(test.telegram.callApi(method, {} as never));
    expect(failure).toBeInstanceOf(NeverRetryError);
  });

  it('is an error for a caller that is strict', async () => {
    await using test = await refusing(tooOld);
    const answer = { callback_query_id: '1', text: 'sorry' };
    const failure = await failureOf(
      test.telegram.callApi('answerCallbackQuery', answer, { strict: true }),
    );
    expect(failure).toMatchObject({ nextAction: 'never', errorCode: 400 });
  });

  it('is a refusal: what fails for now is tried again', async () => {
    await using test = await refusing(tooOld, 500);
    const failure = await failureOf(test.telegram.answerCbQuery('1'));
    expect(failure).toMatchObject({ nextAction: 'retry' });
  });
});
