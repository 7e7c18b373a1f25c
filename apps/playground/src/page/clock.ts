/** Hours and minutes of a Bot API date (Unix seconds) in the local time zone. */
export function timeOfDay(date: number): string {
  return new Date(date * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

/** "Today", "Yesterday", or the date. */
export function dayName(date: number, now: Date = new Date()): string {
  const day = new Date(date * 1000);
  const daysAgo = Math.round((startOfDay(now) - startOfDay(day)) / 86_400_000);
  if (daysAgo === 0) return 'Today';
  if (daysAgo === 1) return 'Yesterday';
  const sameYear = day.getFullYear() === now.getFullYear();
  return day.toLocaleDateString([], {
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  });
}

/** For the chat list: the time today, the weekday within a week, otherwise the date. */
export function shortDate(date: number, now: Date = new Date()): string {
  const day = new Date(date * 1000);
  const daysAgo = Math.round((startOfDay(now) - startOfDay(day)) / 86_400_000);
  if (daysAgo <= 0) return timeOfDay(date);
  if (daysAgo < 7) return day.toLocaleDateString([], { weekday: 'short' });
  return day.toLocaleDateString([], { day: 'numeric', month: 'short' });
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
