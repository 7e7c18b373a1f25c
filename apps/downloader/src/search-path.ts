/** The PATH for started programs to find their own helpers, because ours may lead anywhere. */
export const SEARCH_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
