/** Counts turns that started before an earlier turn of their chat, or while another one was running. */
export interface OrderCheck {
  began(chat: number, update: number): void;
  ended(chat: number): void;
  readonly violations: number;
}

export function createOrderCheck(): OrderCheck {
  const latest = new Map<number, number>();
  const running = new Map<number, number>();
  let violations = 0;
  return {
    began(chat, update) {
      const before = latest.get(chat) ?? -1;
      const beside = running.get(chat) ?? 0;
      if (update < before || beside > 0) violations += 1;
      latest.set(chat, Math.max(before, update));
      running.set(chat, beside + 1);
    },
    ended(chat) {
      running.set(chat, (running.get(chat) ?? 1) - 1);
    },
    get violations() {
      return violations;
    },
  };
}
