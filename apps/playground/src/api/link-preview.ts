import type { Arguments } from './arguments.js';

/** How the bot wants its links shown, as a field of the message; none when it said nothing. The old flag is `is_disabled`. */
export function linkPreviewOf(args: Arguments): Record<string, unknown> {
  const options = args.json('link_preview_options');
  if (options !== undefined) return { link_preview_options: options };
  return args.flag('disable_web_page_preview')
    ? { link_preview_options: { is_disabled: true } }
    : {};
}
