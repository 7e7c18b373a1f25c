import type { Arguments } from './arguments.js';

/** The `link_preview_options` of a message, empty when the bot gave none. The legacy flag sets `is_disabled`. */
export function linkPreviewOf(args: Arguments): Record<string, unknown> {
  const options = args.json('link_preview_options');
  if (options !== undefined) return { link_preview_options: options };
  return args.flag('disable_web_page_preview')
    ? { link_preview_options: { is_disabled: true } }
    : {};
}
