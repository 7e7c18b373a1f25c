/** What a press on a broadcast's button asks for. */
export interface BroadcastPress {
  /** `stop`: no more messages of the topic; `start`: messages of the topic again. */
  readonly wish: 'stop' | 'start';
  /** The topic of the broadcast. */
  readonly topic: string;
}

/** The callback data of a button that ends the messages of a topic, or allows them again. */
export function broadcastData({ wish, topic }: BroadcastPress): string {
  return `broadcast:${wish}:${topic}`;
}

/** Reads callback data; undefined for that of another button. */
export function readBroadcastData(data: string): BroadcastPress | undefined {
  const [, wish, topic] = /^broadcast:(stop|start):([\w-]{1,32})$/.exec(data) ?? [];
  return wish && topic ? { wish: wish as BroadcastPress['wish'], topic } : undefined;
}
