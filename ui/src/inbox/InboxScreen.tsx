import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useSearchParams } from "wouter";
import { cx, useWide } from "../design";
import { useText } from "../text";
import styles from "./InboxScreen.module.css";
import { ListPane } from "./list/ListPane";
import { NoChatOpen } from "./NoChatOpen";
import { Overlays } from "./Overlays";
import { Finding, SidePane } from "./panels";
import { UiProvider, useUi } from "./parts/ui";
import { useGo } from "./place";
import { useInbox } from "./store/context";
import { useSeenDevices, useTeamNews } from "./team";
import { ChatPane, fetchChatPane } from "./thread";
import { usePageTitle } from "./usePageTitle";
import { useSeenHeight } from "./useSeenHeight";
import { useShortcuts } from "./useShortcuts";
import { useVisit } from "./useVisit";

const POLL_MS = 20_000;

/** The two panes of WhatsApp Web; on phones one over the other. */
export function InboxScreen(props: { deviceId: string | null; chatId: string | null }) {
  return (
    <UiProvider>
      <Panes {...props} />
    </UiProvider>
  );
}

function Panes({ deviceId, chatId }: { deviceId: string | null; chatId: string | null }) {
  const { t } = useText();
  const wide = useWide();
  const { side, finding, show, find, openSide, jumpTo } = useUi();
  const [params, setParams] = useSearchParams();
  const { open, close } = useGo();
  const search = useRef<HTMLInputElement>(null);
  const screen = useRef<HTMLDivElement>(null);
  const isReady = useFollowing(deviceId);
  const [narrowed, setNarrowed] = useState({ deviceId: "", labelId: "" });
  const narrow = useMemo(
    () => ({
      ...narrowed,
      clear: (by: "device" | "label") =>
        setNarrowed((before) => (by === "device" ? { ...before, deviceId: "" } : { ...before, labelId: "" })),
    }),
    [narrowed],
  );
  useEffect(fetchChatPane, []);
  const isNew = params.has("new");
  useEffect(() => {
    if (!isNew) return;
    show({ kind: "newChat", phone: "" });
    setParams({}, { replace: true });
  }, [isNew, show, setParams]);
  usePageTitle(chatId);
  useTeamNews();
  useVisit(chatId);
  useSeenHeight();
  const leave = useCallback(() => {
    const left = chatId;
    close();
    // The focus goes back to the row it came from.
    requestAnimationFrame(() =>
      screen.current?.querySelector<HTMLElement>(`[data-chat="${left}"]`)?.focus({ preventScroll: true }),
    );
  }, [chatId, close]);
  useShortcuts({ search, chatId, close: leave });
  const openHit = useCallback(
    (hitChat: string, messageId: string) => {
      open(hitChat);
      jumpTo(hitChat, messageId);
      if (wide) return;
      // On a phone both searches and the gallery lie over the chat.
      find(null);
      openSide(null);
    },
    [open, jumpTo, wide, find, openSide],
  );
  const shown = useLastShown(chatId, wide);
  useEffect(() => {
    if (chatId === null) openSide(null);
  }, [chatId, openSide]);
  return (
    <div
      ref={screen}
      className={cx(
        styles.screen,
        chatId !== null && styles.inChat,
        side !== null && chatId !== null && styles.withSide,
      )}
    >
      <section className={styles.list} aria-label={t("inbox.chats")} inert={!wide && chatId !== null}>
        {finding !== null && (
          <Finding words={finding} deviceId={deviceId} onOpen={openHit} onClose={() => find(null)} />
        )}
        <div className={styles.under} hidden={finding !== null}>
          <ListPane
            deviceId={deviceId}
            openChatId={chatId}
            onOpen={open}
            search={search}
            narrowed={narrow}
            isReady={isReady}
          />
        </div>
      </section>
      <div className={styles.chat} inert={!wide && chatId === null}>
        {shown === null ? (
          <NoChatOpen />
        ) : (
          <ChatPane key={shown} chatId={shown} onClose={leave} isOpen={chatId !== null} />
        )}
      </div>
      {side !== null && chatId !== null && (
        <SidePane key={chatId} side={side} chatId={chatId} onClose={() => openSide(null)} onOpenHit={openHit} />
      )}
      <Overlays
        deviceId={deviceId}
        onOpenChat={open}
        onNarrow={(by, id) =>
          setNarrowed((before) => (by === "device" ? { ...before, deviceId: id } : { ...before, labelId: id }))
        }
      />
    </div>
  );
}

/** Follows the devices of this inbox; true once what is read misses nothing. */
function useFollowing(deviceId: string | null): boolean {
  const inbox = useInbox();
  const [following, setFollowing] = useState<string | null>(null);
  const devices = useSeenDevices();
  const name = deviceId ?? "all";
  const isMany = deviceId === null && devices?.isMany === true;
  const key = deviceId ?? devices?.items.map((device) => device.id).join(" ");
  useEffect(() => {
    if (key === undefined) return;
    let isWanted = true;
    const ready = isMany ? inbox.followSome() : inbox.follow(key === "" ? [] : key.split(" "));
    void ready.then(() => isWanted && setFollowing(name));
    // A large fleet has more devices than one page has topics: those of the newest chats are followed, all are asked.
    const timer = isMany ? window.setInterval(() => void inbox.followSome(), POLL_MS) : 0;
    return () => {
      isWanted = false;
      window.clearInterval(timer);
    };
  }, [inbox, key, name, isMany]);
  return following === name;
}

/** On phones the chat stays drawn while it slides away. */
function useLastShown(chatId: string | null, wide: boolean): string | null {
  const [kept, setKept] = useState(chatId);
  if (chatId !== null && kept !== chatId) setKept(chatId);
  useEffect(() => {
    if (chatId !== null) return;
    const timer = window.setTimeout(() => setKept(null), 260);
    return () => window.clearTimeout(timer);
  }, [chatId]);
  return chatId ?? (wide ? null : kept);
}
