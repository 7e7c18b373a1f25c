import { startTestSimulator, type TestSimulator } from '../../simulator.testkit.js';
import type { MessageEntity } from '../../world/message.js';

let playground: TestSimulator;

beforeAll(async () => {
  playground = await startTestSimulator();
  await playground.say(1, 'hello');
  await playground.post('users', { id: 123456789, first_name: 'Ann' });
});
afterAll(() => playground.stop());

/** Each entity of the sent text with the text it covers, as `type(detail)=text`. */
async function sent(text: string, parse_mode: string): Promise<string[]> {
  const { result, description } = await playground.api('sendMessage', {
    chat_id: 1,
    text,
    parse_mode,
  });
  if (description !== undefined) return [description];
  const message = result as { text: string; entities: MessageEntity[] };
  return message.entities.map(({ type, offset, length, user, ...more }) => {
    const extra = [...Object.values(more), ...(user ? [user.first_name] : [])].join();
    const covered = message.text.slice(offset, offset + length).replaceAll('\n', '⏎');
    return `${type}${extra && `(${extra})`}=${covered}`;
  });
}

/** Both examples start with these. Telegram splits a style where another one starts. */
const nested = [
  'bold=bold ',
  'bold=italic bold ',
  'italic=italic bold ',
  'bold=italic bold strikethrough ',
  'italic=italic bold strikethrough ',
  'strikethrough=italic bold strikethrough ',
  'bold=italic bold strikethrough spoiler ',
  'italic=italic bold strikethrough spoiler ',
  'strikethrough=italic bold strikethrough spoiler',
  'spoiler=italic bold strikethrough spoiler',
  'bold=underline italic bold bold',
  'italic=underline italic bold',
  'underline=underline italic bold',
];
const linksAndDates = [
  'text_link(http://www.example.com/)=inline URL',
  'text_mention(Ann)=inline mention of a user',
  'custom_emoji(5368324170671202286)=👍',
  'date_time(1647531900,wDT)=22:45 tomorrow',
  'date_time(1647531900,t)=22:45 tomorrow',
  'date_time(1647531900,r)=22:45 tomorrow',
  'date_time(1647531900,)=22:45 tomorrow',
];

describe("the Bot API page's own examples", () => {
  it('parse as documented in MarkdownV2', async () => {
    const example = `*bold \\*text*
_italic \\*text_
__underline__
~strikethrough~
||spoiler||
*bold _italic bold ~italic bold strikethrough ||italic bold strikethrough spoiler||~ __underline italic bold___ bold*
[inline URL](http://www.example.com/)
[inline mention of a user](tg://user?id=123456789)
![👍](tg://emoji?id=5368324170671202286)
![22:45 tomorrow](tg://time?unix=1647531900&format=wDT)
![22:45 tomorrow](tg://time?unix=1647531900&format=t)
![22:45 tomorrow](tg://time?unix=1647531900&format=r)
![22:45 tomorrow](tg://time?unix=1647531900)
\`inline fixed-width code\`
\`\`\`
pre-formatted fixed-width code block
\`\`\`
\`\`\`python
pre-formatted fixed-width code block written in the Python programming language
\`\`\`
>Block quotation started
>Block quotation continued
>The last line of the block quotation
**>The expandable block quotation started right after the previous block quotation
>It is separated from the previous block quotation by an empty bold entity
>Hidden by default part of the expandable block quotation started
>The last line of the expandable block quotation with the expandability mark||`;
    expect(await sent(example, 'MarkdownV2')).toEqual([
      'bold=bold *text',
      'italic=italic *text',
      'underline=underline',
      'strikethrough=strikethrough',
      'spoiler=spoiler',
      ...nested,
      ...linksAndDates,
      'code=inline fixed-width code',
      'pre=pre-formatted fixed-width code block⏎',
      'pre(python)=pre-formatted fixed-width code block written in the Python programming language⏎',
      'blockquote=Block quotation started⏎Block quotation continued⏎The last line of the block quotation⏎',
      'expandable_blockquote=The expandable block quotation started right after the previous block quotation⏎It is separated from the previous block quotation by an empty bold entity⏎Hidden by default part of the expandable block quotation started⏎The last line of the expandable block quotation with the expandability mark',
    ]);
  });

  it('parse as documented in HTML', async () => {
    const example = `<b>bold</b>, <strong>bold</strong>
<i>italic</i>, <em>italic</em>
<u>underline</u>, <ins>underline</ins>
<s>strikethrough</s>, <strike>strikethrough</strike>, <del>strikethrough</del>
<span class="tg-spoiler">spoiler</span>, <tg-spoiler>spoiler</tg-spoiler>
<b>bold <i>italic bold <s>italic bold strikethrough <span class="tg-spoiler">italic bold strikethrough spoiler</span></s> <u>underline italic bold</u></i> bold</b>
<a href="http://www.example.com/">inline URL</a>
<a href="tg://user?id=123456789">inline mention of a user</a>
<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>
<tg-time unix="1647531900" format="wDT">22:45 tomorrow</tg-time>
<tg-time unix="1647531900" format="t">22:45 tomorrow</tg-time>
<tg-time unix="1647531900" format="r">22:45 tomorrow</tg-time>
<tg-time unix="1647531900">22:45 tomorrow</tg-time>
<code>inline fixed-width code</code>
<pre>pre-formatted fixed-width code block</pre>
<pre><code class="language-python">pre-formatted fixed-width code block written in the Python programming language</code></pre>
<blockquote>Block quotation started\nBlock quotation continued\nThe last line of the block quotation</blockquote>
<blockquote expandable>Expandable block quotation started\nHidden by default part of the block quotation started\nThe last line of the block quotation</blockquote>`;
    const twice = (line: string) => [line, line];
    expect(await sent(example, 'HTML')).toEqual([
      ...twice('bold=bold'),
      ...twice('italic=italic'),
      ...twice('underline=underline'),
      ...twice('strikethrough=strikethrough'),
      'strikethrough=strikethrough',
      ...twice('spoiler=spoiler'),
      ...nested,
      ...linksAndDates,
      'code=inline fixed-width code',
      'pre=pre-formatted fixed-width code block',
      'pre(python)=pre-formatted fixed-width code block written in the Python programming language',
      'blockquote=Block quotation started⏎Block quotation continued⏎The last line of the block quotation',
      'expandable_blockquote=Expandable block quotation started⏎Hidden by default part of the block quotation started⏎The last line of the block quotation',
    ]);
  });
});

describe('a formatted text', () => {
  it('drops mentions of unknown users and invalid links', async () => {
    const text = '<a href="tg://user?id=77">x</a> <a href="nowhere">y</a> <b>z</b>';
    expect(await sent(text, 'HTML')).toEqual(['bold=z']);
  });

  it('gives every link a scheme and a path', async () => {
    const text = '[x](example.org) [y](HTTPS://Example.org?a=b) [example\\.com]';
    expect(await sent(text, 'MarkdownV2')).toEqual([
      'text_link(http://example.org/)=x',
      'text_link(https://example.org/?a=b)=y',
      'text_link(http://example.com/)=example.com',
    ]);
  });
});
