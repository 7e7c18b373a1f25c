import type { LiveEvents } from './wire.js';

type Listeners = { [Name in keyof LiveEvents]: (data: LiveEvents[Name]) => void };

/** Called when the stream connects and when it disconnects. Events in between are missed. */
interface StreamStatus {
  onOpen(): void;
  onLost(): void;
}

/** A browser stops reconnecting after an HTTP error; the stream is reopened after this time, in milliseconds. */
const reopenMs = 1000;

/** Follows the playground's event stream and reconnects as often as needed. Returns a function that stops it. */
export function followEvents(listeners: Listeners, status: StreamStatus): () => void {
  let source: EventSource;
  let retry: ReturnType<typeof setTimeout> | undefined;

  function open(): void {
    source = new EventSource('/play/events');
    source.onopen = () => status.onOpen();
    source.onerror = () => {
      status.onLost();
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(open, reopenMs);
    };
    for (const [name, listener] of Object.entries(listeners)) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        (listener as (data: unknown) => void)(JSON.parse(event.data));
      });
    }
  }

  open();
  return () => {
    clearTimeout(retry);
    source.close();
  };
}
