/** Tells listeners by name that something changed; many changes within one frame are told once. */
export class Signals {
  private listeners = new Map<string, Set<() => void>>();
  private changed = new Set<string>();
  private scheduled = false;

  subscribe(name: string, listener: () => void): () => void {
    const all = this.listeners.get(name) ?? new Set();
    all.add(listener);
    this.listeners.set(name, all);
    return () => {
      all.delete(listener);
      if (all.size === 0 && this.listeners.get(name) === all) this.listeners.delete(name);
    };
  }

  touch(name: string): void {
    this.changed.add(name);
    if (this.scheduled) return;
    this.scheduled = true;
    // A hidden page has no frames, and its title still counts.
    if (document.hidden) window.setTimeout(this.tell, 50);
    else window.requestAnimationFrame(this.tell);
  }

  private tell = (): void => {
    this.scheduled = false;
    const names = [...this.changed];
    this.changed.clear();
    for (const name of names) for (const listener of [...(this.listeners.get(name) ?? [])]) listener();
  };
}
