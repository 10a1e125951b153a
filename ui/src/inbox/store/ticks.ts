import type { MessageView, Tick } from "../api";

const RANK: Readonly<Record<Tick, number>> = {
  cancelled: 0,
  failed: 0,
  unknown: 0,
  queued: 0,
  sending: 1,
  accepted: 2,
  delivered: 3,
  read: 4,
  played: 5,
};
const TAKEN = RANK.accepted;

/** The later of two ticks: what WhatsApp has taken never becomes less; before that, news replaces what was known. */
export function laterTick(known: Tick | null, news: Tick | null): Tick | null {
  if (known === null || news === null) return news;
  return RANK[known] >= TAKEN && RANK[news] < RANK[known] ? known : news;
}

/**
 * The newer view of a message over the one already shown. Where chat storage is off the server soon knows no words; who
 * has the chat open goes on reading what was said.
 */
export function mergeMessage<View extends MessageView>(known: MessageView, news: View): View {
  const tick = laterTick(known.tick, news.tick);
  if (known.kept && !news.kept) {
    const { kept, body, media, quote, place, cards, options } = known;
    return { ...news, tick, kept, body, media, quote, place, cards, options };
  }
  return tick === news.tick ? news : { ...news, tick };
}
