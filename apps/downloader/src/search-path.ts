/** The PATH with which started programs find their helpers. The downloader's own PATH may contain any folder. */
export const SEARCH_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
