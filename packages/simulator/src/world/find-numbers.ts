import type { MessageEntity } from './message.js';

/** Not a Bot API type: a card number is not reported, but no other entity is detected inside it. */
export const cardNumber = 'bank_card_number';

/**
 * Bank card numbers: 13 to 19 digits, possibly with spaces and hyphens, with a valid checksum and a length that fits
 * the brand (td MessageEntity, find_bank_card_numbers).
 */
export function findCardNumbers(text: string): MessageEntity[] {
  return [...text.matchAll(/(?<![\p{L}\d.,+_-])\d[\d -]*/gu)].flatMap(({ 0: match, index }) => {
    const first = /^\d{16,19}(?= )/.exec(match)?.[0] ?? match;
    const number = first.trimEnd().replace(/-+$/, '');
    const digits = number.replace(/\D/g, '');
    const behind = text.slice(index + number.length, index + number.length + 2);
    const isCard =
      digits.length >= 13 &&
      digits.length <= 19 &&
      number.length <= 2 * digits.length - 1 &&
      !/^[-_\p{L}]/u.test(behind) &&
      isValidCard(digits);
    return isCard ? [{ type: cardNumber, offset: index, length: number.length }] : [];
  });
}

/** Telegram's server detects phone numbers. The simulator detects those in international format. */
export function findPhoneNumbers(text: string): MessageEntity[] {
  return [...text.matchAll(/(?<![\p{L}\p{N}_+])\+\d[\d ()-]*(?![\p{L}_])/gu)].flatMap(
    ({ 0: match, index }) => {
      const number = match.replace(/\D+$/, '');
      const digits = number.replace(/\D/g, '').length;
      const isPhone = digits >= 7 && digits <= 15 && number.length <= 2 * digits;
      return isPhone ? [{ type: 'phone_number', offset: index, length: number.length }] : [];
    },
  );
}

function isValidCard(digits: string): boolean {
  const { length } = digits;
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const value = i % 2 === 0 ? +digit : +digit * 2;
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  if (sum % 10 !== 0) return false;
  const [two, four] = [+digits.slice(0, 2), +digits.slice(0, 4)];
  if (digits.startsWith('4')) return [13, 16, 18, 19].includes(length);
  if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) return length === 16;
  if (two === 34 || two === 37) return length === 15;
  if (two === 62 || two === 81) return length >= 16;
  return four < 2200 || four > 2204 || length === 16;
}
