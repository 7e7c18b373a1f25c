import type { LiveEvents } from './wire.js';

type Listeners = { [Name in keyof LiveEvents]: (data: LiveEvents[Name]) => void };

/** Told when the stream stands and when it is lost; a stream that stands again has missed events. */
interface StreamStatus {
  onOpen(): void;
  onLost(): void;
}

/** A browser gives a stream up for good when it is answered with an error; this is when it is tried again. */
const reopenMs = 1000;

/** Follows the playground's event stream, through any number of lost connections. Returns what ends it. */
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
