import { setting } from './settings.js';

/** Settings of the links under which the ingress hands out files, for who signs them and who opens them. */
export const fileLinkSettings = {
  FILE_LINKS: setting.oneOf(['off', 'on'], 'off'),
  FILE_LINK_SECRET: setting
    .secret({
      pattern: /^.{32,}$/,
      rule: '32 characters or more, the same for ingress and workers',
    })
    .optional(),
};
