import type { ParkedBody } from '@chatlane/lanes';
import { jsonOption, readCount, type AddCommand, type CommonOptions } from '../command.js';
import { table } from '../output/table.js';
import { bytes, counted, span } from '../output/format.js';

interface Options extends CommonOptions {
  limit: number;
}

export const addParkedList: AddCommand = (parent, run) => {
  parent
    .command('list')
    .description('list parked bodies and why they are not updates, oldest first')
    .option('--limit <count>', 'the maximum number shown', readCount, 50)
    .addOption(jsonOption())
    .action(({ limit, ...options }: Options) =>
      run(options, async ({ deployment }) => {
        const { parked } = deployment.operator;
        const found: ParkedSummary[] = [];
        for await (const body of parked.all()) {
          found.push(withoutBody(body));
          if (found.length === limit) break;
        }
        const [all, now] = await Promise.all([parked.count(), deployment.now()]);
        const rows = table(
          ['ID', 'PARKED', { head: 'SIZE', side: 'right' }, { head: 'WHY', side: 'fits' }],
          found.map(({ id, parkedAt, reason, bytes: size }) => [
            id,
            `${span(now - parkedAt)} ago`,
            bytes(size),
            reason,
          ]),
          'No bodies are parked.',
        );
        const more =
          all > found.length ? `\n... ${counted(all, 'parked body', 'parked bodies')} in all` : '';
        return { json: found, text: rows + more };
      }),
    );
};

/** A parked body without its content. */
export interface ParkedSummary extends Omit<ParkedBody, 'raw'> {
  bytes: number;
}

/** Replaces the content by its size. */
export function withoutBody({ raw, ...body }: ParkedBody): ParkedSummary {
  return { ...body, bytes: raw.length };
}
