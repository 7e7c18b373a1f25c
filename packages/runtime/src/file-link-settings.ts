import { setting } from './settings.js';

/** Settings of file links, for both the processes that sign them and the ingress that serves them. */
export const fileLinkSettings = {
  FILE_LINKS: setting.oneOf(['off', 'on'], 'off'),
  FILE_LINK_SECRET: setting
    .secret({
      pattern: /^.{32,}$/,
      rule: '32 characters or more, the same for ingress and workers',
    })
    .optional(),
};
