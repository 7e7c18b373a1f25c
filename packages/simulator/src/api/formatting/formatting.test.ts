import { ApiError } from '../api-error.js';
import { parseHtml } from './html.js';
import { parseMarkdown } from './markdown.js';
import { parseMarkdownV2 } from './markdown-v2.js';

type Parse = typeof parseHtml;

/** The text followed by each entity and the text it covers, so that a case is readable at a glance. */
function shown(parse: Parse, source: string): string {
  const { text, entities } = parse(source);
  return [
    text,
    ...entities.map(({ type, offset, length, user: _user, ...more }) => {
      const extra = Object.values(more).map(String).join();
      return `${type}${extra && `(${extra})`}=${text.slice(offset, offset + length)}`;
    }),
  ].join(' | ');
}

function faultOf(parse: Parse, source: string): string {
  try {
    parse(source);
    return 'none';
  } catch (error) {
    if (error instanceof ApiError) return error.description;
    throw error;
  }
}

const prefix = "Bad Request: can't parse entities: ";

describe('HTML', () => {
  it.each([
    ['a <b>b</b> c', 'a b c | bold=b'],
    ['<b>x <i>y</i></b>', 'x y | bold=x y | italic=y'],
    ['<STRONG>x</STRONG>', 'x | bold=x'],
    ['😀 <u>x</u>', '😀 x | underline=x'],
    ['1 &lt; 2 &amp;&amp; 3 &#62; 2 &nbsp; &', '1 < 2 && 3 > 2 &nbsp; &'],
    [
      '<a href="https://example.org/?a=1&amp;b=2">l</a>',
      'l | text_link(https://example.org/?a=1&b=2)=l',
    ],
    ['<span class="tg-spoiler">s</span><tg-spoiler>t</tg-spoiler>', 'st | spoiler=s | spoiler=t'],
    ['<pre><code class="language-ts">let x</code></pre>', 'let x | pre(ts)=let x'],
    ['<code>a&lt;b</code>', 'a<b | code=a<b'],
    ['<blockquote expandable>q</blockquote>', 'q | expandable_blockquote=q'],
    ['<code class="language-ts">x</code>', 'x | code=x'],
    ['<code class="language-ts"><pre>x</pre></code>', 'x | pre(ts)=x'],
    ['<tg-emoji emoji-id="5">👍</tg-emoji>', '👍 | custom_emoji(5)=👍'],
    ['<tg-time unix="7" format="Td">x</tg-time>', 'x | date_time(7,dT)=x'],
    ['<tg-time>x</tg-time>', 'x'],
    ['<b></b>empty', 'empty'],
  ])('%s', (source, expected) => expect(shown(parseHtml, source)).toBe(expected));

  it.each([
    ['<x>', 'Unsupported start tag "x" at byte offset 0'],
    ['é<div>', 'Unsupported start tag "div" at byte offset 2'],
    ['<b>x', 'Can\'t find end tag corresponding to start tag "b"'],
    ['x</b>', 'Unexpected end tag at byte offset 1'],
    ['<b>x</i>', 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'],
    ['a <b', 'Unclosed start tag at byte offset 2'],
    ['é<span>x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 2'],
    ['<a href=x y', 'Unclosed start tag "a" at byte offset 0'],
    ['<a href="x', 'Unclosed start tag at byte offset 0'],
    ['<a =x>', 'Empty attribute name in the tag "a" at byte offset 0'],
    ['é<a href=x/y>', 'Unexpected end of name token at byte offset 10'],
    ['<b>x</b', 'Unclosed end tag at byte offset 4'],
    ['<tg-emoji emoji-id="x">x</tg-emoji>', 'Invalid custom emoji identifier specified'],
    ['<tg-time unix="1" format="x">x</tg-time>', 'Invalid date format used'],
  ])('refuses %s', (source, fault) => expect(faultOf(parseHtml, source)).toBe(prefix + fault));
});

describe('MarkdownV2', () => {
  it.each([
    [
      '*b* _i_ __u__ ~s~ ||p||',
      'b i u s p | bold=b | italic=i | underline=u | strikethrough=s | spoiler=p',
    ],
    ['*a _b_*', 'a b | bold=a b | italic=b'],
    ['1\\.5 \\* 2', '1.5 * 2'],
    ['`a*b`', 'a*b | code=a*b'],
    ['```ts\nlet x\n```', 'let x\n | pre(ts)=let x\n'],
    ['[l](https://example.org/a\\)b)', 'l | text_link(https://example.org/a)b)=l'],
    ['>q1\n>q2\nend', 'q1\nq2\nend | blockquote=q1\nq2\n'],
    ['>q1\n>q2||\nend', 'q1\nq2\nend | expandable_blockquote=q1\nq2\n'],
    ['**>q||', 'q | expandable_blockquote=q'],
    ['>||s||', 's | blockquote=s | spoiler=s'],
    ['![👍](tg://emoji?id=5)', '👍 | custom_emoji(5)=👍'],
    ['![x](tg://time?unix=7&format=Wtd)', 'x | date_time(7,wdt)=x'],
    ['___a b_**__', 'a b | italic=a b | underline=a b'],
  ])('%s', (source, expected) => expect(shown(parseMarkdownV2, source)).toBe(expected));

  it.each([
    ['Hello.', "Character '.' is reserved and must be escaped with the preceding '\\'"],
    ['a *b', "Can't find end of Bold entity at byte offset 2"],
    ['`code', "Can't find end of Code entity at byte offset 0"],
    ['é _x', "Can't find end of Italic entity at byte offset 3"],
    ['é ![x', "Can't find end of CustomEmoji entity at byte offset 3"],
    ['![x]', 'The entity must contain a tg://emoji or tg://time URL'],
    ['![x](https://example.org)', 'Invalid tg://emoji or tg://time URL specified'],
    ['![x](tg://time?unix=7&format=x)', 'Invalid tg://emoji or tg://time URL specified'],
    ['é[x](y', "Can't find end of a URL at byte offset 6"],
    ['wow!', "Character '!' is reserved and must be escaped with the preceding '\\'"],
    ['a > b', "Character '>' is reserved and must be escaped with the preceding '\\'"],
    ['>a *b\nc', "Can't find end of Bold entity at byte offset 3"],
    ['```ts x', "Can't find end of PreCode entity at byte offset 0"],
  ])('refuses %s', (source, fault) =>
    expect(faultOf(parseMarkdownV2, source)).toBe(prefix + fault),
  );
});

describe('Markdown', () => {
  it.each([
    ['*b* _i_ `c`', 'b i c | bold=b | italic=i | code=c'],
    ['[l](https://example.org) 1.5!', 'l 1.5! | text_link(https://example.org)=l'],
    ['snake\\_case', 'snake_case'],
  ])('%s', (source, expected) => expect(shown(parseMarkdown, source)).toBe(expected));

  it('refuses an unclosed mark', () => {
    expect(faultOf(parseMarkdown, 'a *b')).toBe(
      `${prefix}Can't find end of the entity starting at byte offset 2`,
    );
  });
});
