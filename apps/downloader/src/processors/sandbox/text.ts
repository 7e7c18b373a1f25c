import { readFile } from 'node:fs/promises';
import { getDocumentProxy } from 'unpdf';
import type { Processor } from '../processor.js';

const MOST_BYTES = 50 * 2 ** 20;
const MOST_PAGES = 20;
const MOST_CHARACTERS = 4_000;

/** The beginning of a PDF's text: `{ text, pages }`. */
export const text: Processor = async ({ path, file, signal }) => {
  if (file.type !== 'application/pdf') return { failure: 'no-pdf' };
  if (file.size > MOST_BYTES) return { failure: 'too-big' };
  try {
    const pdf = await getDocumentProxy(new Uint8Array(await readFile(path)));
    const pages = pdf.numPages;
    let found = '';
    for (let number = 1; number <= Math.min(pages, MOST_PAGES); number += 1) {
      if (signal.aborted || found.length >= MOST_CHARACTERS) break;
      const { items } = await (await pdf.getPage(number)).getTextContent();
      for (const item of items) {
        if ('str' in item) found += item.hasEOL ? `${item.str}\n` : item.str;
      }
      found += '\n';
    }
    const characters = [...found.trim().replace(/[^\P{C}\n\t]/gu, '')];
    return { result: { text: characters.slice(0, MOST_CHARACTERS).join(''), pages } };
  } catch (error) {
    const isLocked = error instanceof Error && error.name === 'PasswordException';
    return { failure: isLocked ? 'locked' : 'unreadable' };
  }
};
