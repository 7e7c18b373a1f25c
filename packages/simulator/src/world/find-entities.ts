import { cardNumber, findCardNumbers, findPhoneNumbers } from './find-numbers.js';
import { findUrls } from './find-urls.js';
import { sortedEntities } from './merge-entities.js';
import type { MessageEntity } from './message.js';

// Word and hashtag characters as in td/telegram/MessageEntity.cpp.
const word = String.raw`[\p{L}\p{N}_]`;
const tagLetter = String.raw`[\p{L}\p{Nd}_\u200c\u00b7\u0d80-\u0dff]`;
const ofChat = String.raw`(?:@\w{3,32}(?!\w))?`;
const patterns: readonly (readonly [type: string, pattern: RegExp])[] = [
  [
    'mention',
    pattern(`(?<!${word})@(?:\\w{4,32}|[gG][iI][fF]|[pP][iI][cC]|[vV][iI][dD])(?!${word})`),
  ],
  ['bot_command', pattern(`(?<!${word}|[/<>])/\\w{1,64}(?:@\\w{3,32})?(?!${word}|[/<>@])`)],
  [
    'hashtag',
    pattern(`(?<!${tagLetter})#(?=${tagLetter}*\\p{L})${tagLetter}{1,256}${ofChat}(?!#)`),
  ],
  ['cashtag', pattern(`(?<!${tagLetter}|\\$)\\$(?:1INCH|[A-Z]{1,8})${ofChat}(?!${tagLetter}|\\$)`)],
];

/**
 * The entities that Telegram detects in plain text, in order and without overlaps (td MessageEntity, find_entities).
 */
export function findEntities(text: string): MessageEntity[] {
  const found = patterns.flatMap(([type, regExp]) =>
    [...text.matchAll(regExp)].map(({ 0: match, index }) => ({
      type,
      offset: index,
      length: match.length,
    })),
  );
  let end = 0;
  return sortedEntities([
    ...found,
    ...findCardNumbers(text),
    ...findPhoneNumbers(text),
    ...findUrls(text),
  ]).filter(({ type, offset, length }) => {
    if (offset < end) return false;
    end = offset + length;
    return type !== cardNumber;
  });
}

function pattern(source: string): RegExp {
  return new RegExp(source, 'gu');
}
