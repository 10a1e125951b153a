import { useCallback } from "react";
import { useLocation } from "wouter";

export interface Place {
  /** Null: the inbox over all devices. */
  deviceId: string | null;
  chatId: string | null;
}

const ONE_DEVICE = /^\/device\/([^/]+)\/whatsapp-web(?:\/([^/?]+))?/;
const ALL = /^\/inbox(?:\/([^/?]+))?/;

export function parsePlace(path: string): Place {
  const one = ONE_DEVICE.exec(path);
  if (one !== null) return { deviceId: one[1] ?? null, chatId: one[2] ?? null };
  return { deviceId: null, chatId: ALL.exec(path)?.[1] ?? null };
}

function pathOf(place: Place): string {
  const base = place.deviceId === null ? "/inbox" : `/device/${place.deviceId}/whatsapp-web`;
  return place.chatId === null ? base : `${base}/${place.chatId}`;
}

const OVER_LIST = "hebah-over-list";

/** Opens and closes chats in the address: Back closes a chat that was opened from the list. */
export function useGo(): { open: (chatId: string) => void; close: () => void } {
  const [location, go] = useLocation();
  const { deviceId, chatId } = parsePlace(location);
  const open = useCallback(
    (next: string) => {
      if (next === chatId) return;
      // From chat to chat the entry is replaced, so that Back still leads to the list.
      const state: unknown = chatId === null ? OVER_LIST : window.history.state;
      go(pathOf({ deviceId, chatId: next }), { replace: chatId !== null, state });
    },
    [chatId, deviceId, go],
  );
  const close = useCallback(() => {
    if (chatId === null) return;
    if (window.history.state === OVER_LIST) window.history.back();
    else go(pathOf({ deviceId, chatId: null }), { replace: true });
  }, [chatId, deviceId, go]);
  return { open, close };
}
