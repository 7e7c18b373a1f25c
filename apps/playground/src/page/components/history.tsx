import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { messageRows } from '../message-rows.js';
import type { ChatEntry, Message } from '../wire.js';
import { usePage } from '../page-context.js';
import { BotDraftRow } from './bot-draft-row.js';
import { BubbleRow } from './bubble-row.js';
import { Icon } from './icon.js';

const pageSize = 120;
/** Within this distance of the end, the reader counts as being at the end. */
const endPx = 60;
/** How long the floating date stays after scrolling stops. */
const floatMs = 1000;

/** The messages of a chat. Follows new messages unless the reader has scrolled up. */
export function History(props: {
  entry: ChatEntry;
  messages: readonly Message[];
  viewerId: number;
}) {
  const { entry, messages, viewerId } = props;
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const drawnId = useRef(0);
  const resting = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [seenId, setSeenId] = useState<number | undefined>();
  const [shown, setShown] = useState(pageSize);
  const visible = useMemo(() => messages.slice(-shown), [messages, shown]);
  const rows = useMemo(() => messageRows(visible), [visible]);
  const newest = messages.at(-1);
  const draft = usePage().state.botDrafts[entry.chat.id];

  function toEnd(behavior: 'auto' | 'smooth' = 'auto'): void {
    box.current?.scrollTo({ top: box.current.scrollHeight, behavior });
  }

  useLayoutEffect(() => {
    const fresh = messages.filter((message) => message.message_id > drawnId.current);
    if (fresh.some((message) => message.from?.id === viewerId)) following.current = true;
    drawnId.current = newest?.message_id ?? 0;
    if (following.current) toEnd();
  }, [messages]);

  useEffect(() => {
    // An image that loads or a keyboard that opens later moves the end, so a reader at the end has to move with it.
    const observer = new ResizeObserver(() => {
      if (following.current) toEnd();
    });
    if (box.current) observer.observe(box.current);
    if (content.current) observer.observe(content.current);
    return () => observer.disconnect();
  }, []);

  function onScroll(): void {
    // The event may still arrive after another chat was opened.
    if (!box.current) return;
    showStuckDay(box.current);
    const { scrollTop, scrollHeight, clientHeight } = box.current;
    following.current = scrollHeight - scrollTop - clientHeight < endPx;
    setSeenId(following.current ? undefined : (seenId ?? newest?.message_id));
  }

  /** The date floats over the messages only during scrolling, as in Telegram's apps; at rest it would cover text. */
  function showStuckDay(element: HTMLDivElement): void {
    const { top } = element.getBoundingClientRect();
    const days = [...element.querySelectorAll('.pill-day')];
    const stuck = days.filter((day) => {
      const stuckTop = top + Number.parseFloat(getComputedStyle(day).top);
      return day.getBoundingClientRect().top < stuckTop + 1;
    });
    for (const day of days) {
      day.classList.toggle('pill-stuck', stuck.includes(day));
      day.classList.toggle('pill-floating', day === stuck.at(-1));
    }
    clearTimeout(resting.current);
    resting.current = setTimeout(() => {
      for (const day of stuck) day.classList.remove('pill-floating');
    }, floatMs);
  }

  function showEarlier(): void {
    const element = box.current as HTMLDivElement;
    const fromEnd = element.scrollHeight - element.scrollTop;
    setShown(shown + pageSize);
    requestAnimationFrame(() => element.scrollTo({ top: element.scrollHeight - fromEnd }));
  }

  const unseen =
    seenId === undefined ? 0 : messages.filter((message) => message.message_id > seenId).length;
  return (
    <div class="history-frame wallpaper">
      <div
        ref={box}
        class="history"
        role="log"
        aria-label="Messages"
        tabIndex={0}
        onScroll={onScroll}
      >
        <div ref={content} class="history-content">
          {messages.length > visible.length && (
            <button type="button" class="pill pill-button" onClick={showEarlier}>
              Earlier messages
            </button>
          )}
          {rows.map((row) =>
            row.kind === 'bubble' ? (
              <BubbleRow key={row.key} row={row} chat={entry.chat} viewerId={viewerId} />
            ) : (
              <p key={row.key} class={row.kind === 'day' ? 'pill pill-day' : 'pill'}>
                {row.text}
              </p>
            ),
          )}
          {draft && <BotDraftRow draft={draft} />}
        </div>
      </div>
      {seenId !== undefined && (
        <button
          type="button"
          class="to-end"
          aria-label={unseen > 0 ? `${unseen} new, go to the end` : 'Go to the end'}
          onClick={() => toEnd('smooth')}
        >
          <Icon name="down" />
          {unseen > 0 && <span class="badge">{unseen}</span>}
        </button>
      )}
    </div>
  );
}
