import { escapeHtml, escapeMarkdown, escapeMarkdownV2 } from './escape.js';
import { safeHtml, safeMarkdownV2 } from './markup.js';

describe('escaping', () => {
  it('covers everything that Telegram would read as markup', () => {
    expect(escapeMarkdown('a_b*c`d[e]\\')).toBe('a\\_b\\*c\\`d\\[e]\\');
    const special = '_*[]()~`>#+-=|{}.!\\';
    expect(escapeMarkdownV2(`x${special}y`)).toBe(
      `x${[...special].map((c) => `\\${c}`).join('')}y`,
    );
    expect(escapeHtml(`<a href="x">&'</a>`)).toBe(
      '&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;',
    );
  });

  it('is done once for each value of a template', () => {
    const name = '<Ann>';
    const line = safeHtml`<b>${name}</b>: ${7}\n`;
    expect(safeHtml`${line}<i>${'&'}</i>`.text).toBe('<b>&lt;Ann&gt;</b>: 7\n<i>&amp;</i>');
    const bold = safeMarkdownV2`*${'1.5'}*`;
    expect(safeMarkdownV2`\\- ${bold}`.text).toBe('\\- *1\\.5*');
    expect(String(safeMarkdownV2`\\- ${String(line)}`)).toContain('\\>: 7');
  });
});
