import type { LiveEvent } from "../api.gen";

export type LiveState = "live" | "connecting" | "offline";

/** What one listener wants to know of a topic. `missed` means: too much happened, fetch everything again. */
export interface Listener {
  event: (event: LiveEvent) => void;
  missed: () => void;
  /** Asks for events that carry the things they are about. */
  full?: boolean;
  /** The server follows the topic: what is read from now on misses nothing. Called after each reconnection too. */
  began?: () => void;
  /** News that is no event and may be lost, such as somebody typing. */
  aside?: (news: Aside) => void;
}

/** What the server says beside the events of a topic. */
export interface Aside {
  op: "typing";
  topic: string;
  [fact: string]: unknown;
}

interface Topic {
  listeners: Set<Listener>;
  /** What the server was last asked for. */
  full: boolean;
  /** The last event seen, or the head of the oldest snapshot not yet followed. */
  seq: number | null;
  /** Where the server began to send; a snapshot older than this may have missed events. */
  begun: number | null;
  /** The oldest snapshot read while the subscription was not yet confirmed. */
  waiting: number | null;
}

type FromServer =
  | { op: "subbed"; topic: string; head: number }
  | ({ op: "event" } & LiveEvent)
  | { op: "resync"; topic: string; head: number }
  | Aside
  | { op: "refused"; topic: string; code: string }
  | { op: "ping" }
  | { op: "bye"; code: string };

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const SILENCE_MS = 75_000;

/** The one WebSocket of the page: subscriptions that resume where they were, and a state for the dot. */
export class LiveConnection {
  private socket: WebSocket | null = null;
  private topics = new Map<string, Topic>();
  private watchers = new Set<() => void>();
  private wait = FIRST_WAIT_MS;
  private retryTimer = 0;
  private silenceTimer = 0;
  private running = false;
  private onSignedOut: () => void = () => undefined;
  private current: LiveState = "connecting";

  get state(): LiveState {
    return this.current;
  }

  /** For useSyncExternalStore. */
  watch = (changed: () => void): (() => void) => {
    this.watchers.add(changed);
    return () => this.watchers.delete(changed);
  };

  readState = (): LiveState => this.current;

  start(onSignedOut: () => void): void {
    this.onSignedOut = onSignedOut;
    if (this.running) return;
    this.running = true;
    window.addEventListener("online", this.retryNow);
    window.addEventListener("offline", this.wentOffline);
    document.addEventListener("visibilitychange", this.cameBack);
    this.connect();
  }

  stop(): void {
    this.running = false;
    window.removeEventListener("online", this.retryNow);
    window.removeEventListener("offline", this.wentOffline);
    document.removeEventListener("visibilitychange", this.cameBack);
    window.clearTimeout(this.retryTimer);
    window.clearTimeout(this.silenceTimer);
    this.socket?.close();
    this.socket = null;
    this.topics.clear();
  }

  subscribe(topicId: string, listener: Listener): () => void {
    const topic = this.topicOf(topicId);
    topic.listeners.add(listener);
    if (topic.listeners.size === 1 || (listener.full === true && !topic.full)) this.sendSubscription(topicId, topic);
    return () => {
      topic.listeners.delete(listener);
      if (topic.listeners.size > 0) return;
      this.topics.delete(topicId);
      this.send({ op: "unsub", topic: topicId });
    };
  }

  /** A snapshot was read whose topic stood at `head`. */
  noteHead(topicId: string, head: number): void {
    const topic = this.topicOf(topicId);
    if (topic.listeners.size === 0) {
      topic.seq = topic.seq === null ? head : Math.min(topic.seq, head);
    } else if (topic.begun === null) {
      topic.waiting = topic.waiting === null ? head : Math.min(topic.waiting, head);
    } else if (head < topic.begun) {
      topic.begun = head;
      for (const listener of topic.listeners) listener.missed();
    }
  }

  private topicOf(id: string): Topic {
    const known = this.topics.get(id);
    if (known !== undefined) return known;
    const topic: Topic = { listeners: new Set(), full: false, seq: null, begun: null, waiting: null };
    this.topics.set(id, topic);
    return topic;
  }

  private connect(): void {
    window.clearTimeout(this.retryTimer);
    if (!this.running || this.socket !== null) return;
    const scheme = window.location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${window.location.host}/ws`);
    this.socket = socket;
    socket.onopen = () => {
      this.wait = FIRST_WAIT_MS;
      this.become("live");
      this.heard();
      for (const [id, topic] of this.topics) if (topic.listeners.size > 0) this.sendSubscription(id, topic);
    };
    socket.onmessage = (message: MessageEvent<string>) => {
      this.heard();
      this.take(JSON.parse(message.data) as FromServer);
    };
    socket.onclose = () => this.lost(socket);
  }

  private take(message: FromServer): void {
    if (message.op === "ping") this.send({ op: "pong" });
    else if (message.op === "bye") this.leave(message.code);
    else if (message.op === "refused") this.topics.delete(message.topic);
    else {
      const topic = this.topics.get(message.topic);
      if (topic === undefined) return;
      if (message.op === "subbed") this.began(topic, message.head);
      else if (message.op === "typing") for (const listener of topic.listeners) listener.aside?.(message);
      else if (message.op === "resync") {
        topic.seq = message.head;
        topic.begun = message.head;
        for (const listener of topic.listeners) listener.missed();
      } else if (topic.seq === null || message.seq > topic.seq) {
        topic.seq = message.seq;
        for (const listener of topic.listeners) listener.event(message);
      }
    }
  }

  private began(topic: Topic, head: number): void {
    const begun = topic.begun ?? topic.seq ?? head;
    topic.begun = begun;
    topic.seq ??= head;
    if (topic.waiting !== null && topic.waiting < begun) for (const listener of topic.listeners) listener.missed();
    topic.waiting = null;
    for (const listener of topic.listeners) listener.began?.();
  }

  private leave(code: string): void {
    if (code === "signed_out") {
      this.stop();
      this.onSignedOut();
    }
  }

  private lost(socket: WebSocket): void {
    if (this.socket !== socket) return;
    this.socket = null;
    window.clearTimeout(this.silenceTimer);
    if (!this.running) return;
    this.become(navigator.onLine ? "connecting" : "offline");
    this.retryTimer = window.setTimeout(() => this.connect(), this.wait * (0.5 + Math.random() / 2));
    this.wait = Math.min(LONGEST_WAIT_MS, this.wait * 2);
  }

  /** A server that says nothing, not even a ping, is gone although the socket looks open. */
  private heard(): void {
    window.clearTimeout(this.silenceTimer);
    this.silenceTimer = window.setTimeout(() => {
      const silent = this.socket;
      silent?.close();
      if (silent !== null) this.lost(silent);
    }, SILENCE_MS);
  }

  private sendSubscription(id: string, topic: Topic): void {
    topic.full = [...topic.listeners].some((listener) => listener.full === true);
    this.send({ op: "sub", topic: id, since: topic.seq, ...(topic.full ? { full: true } : {}) });
  }

  private send(message: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private become(state: LiveState): void {
    if (this.current === state) return;
    this.current = state;
    for (const watcher of this.watchers) watcher();
  }

  private retryNow = (): void => {
    this.wait = FIRST_WAIT_MS;
    this.connect();
  };

  // The browser's word alone is not enough: a server on this very computer is reachable without a network.
  private wentOffline = (): void => {
    const socket = this.socket;
    socket?.close();
    if (socket !== null) this.lost(socket);
  };

  private cameBack = (): void => {
    if (document.visibilityState === "visible") this.retryNow();
  };
}

export const live = new LiveConnection();
