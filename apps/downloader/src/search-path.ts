/** Where a started program finds its own helpers: our PATH may lead anywhere. */
export const SEARCH_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
