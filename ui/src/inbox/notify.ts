// Notices of the browser about new messages: only when asked for, only while the page is hidden, never with a sound.

const KEPT = "hebah.inbox.notices";

function canNotify(): boolean {
  return typeof Notification !== "undefined" && window.isSecureContext;
}

export function isNotifying(): boolean {
  return canNotify() && Notification.permission === "granted" && localStorage.getItem(KEPT) === "on";
}

/** Asks the browser; whether notices will be shown. */
export async function askToNotify(): Promise<boolean> {
  if (!canNotify()) return false;
  const isAllowed = (await Notification.requestPermission()) === "granted";
  localStorage.setItem(KEPT, isAllowed ? "on" : "off");
  return isAllowed;
}

export function stopNotifying(): void {
  localStorage.setItem(KEPT, "off");
}

export function notify(facts: { title: string; words: string; tag: string; onOpen: () => void }): void {
  if (!isNotifying() || !document.hidden) return;
  const notice = new Notification(facts.title, { body: facts.words, tag: facts.tag, silent: true });
  notice.onclick = () => {
    window.focus();
    notice.close();
    facts.onOpen();
  };
}
