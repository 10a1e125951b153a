import { useInfiniteQuery } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { useMemo, useState } from "react";
import { Button, cx, EmptyState, ErrorState, Skeleton } from "../../design";
import { http, type Page } from "../../http";
import { sizeWords, useText } from "../../text";
import { useTimes } from "../../time";
import type { ChatView, MessageView } from "../api";
import { DocumentFile } from "../kinds/DocumentFile";
import { lengthWords } from "../kinds/media";
import { parseInline } from "../words/inline";
import styles from "./Gallery.module.css";
import Viewer from "./Viewer";

const KINDS = ["image", "video", "voice", "document", "link"] as const;
type Kind = (typeof KINDS)[number];
const PER_PAGE = 60;

interface Props {
  chat: ChatView;
  onOpenHit: (chatId: string, messageId: string) => void;
}

/** Everything that is not words in a chat: pictures, videos, voice, documents, links. */
export default function Gallery({ chat, onOpenHit }: Props) {
  const { t } = useText();
  const [kind, setKind] = useState<Kind>("image");
  return (
    <>
      <fieldset className={styles.kinds}>
        <legend className="srOnly">{t("inbox.gallery")}</legend>
        {KINDS.map((each) => (
          <button
            key={each}
            type="button"
            className={cx(styles.kind, each === kind && styles.on)}
            aria-pressed={each === kind}
            onClick={() => setKind(each)}
          >
            {t(`inbox.gallery.${each}`)}
          </button>
        ))}
      </fieldset>
      <Items key={kind} kind={kind} chat={chat} onOpenHit={onOpenHit} />
    </>
  );
}

function Items({ kind, chat, onOpenHit }: Props & { kind: Kind }) {
  const { t } = useText();
  const result = useInfiniteQuery({
    queryKey: ["gallery", chat.id, kind],
    queryFn: ({ pageParam, signal }) =>
      http.get<Page<MessageView>>(`/api/chats/${chat.id}/gallery`, {
        query: { kind, limit: PER_PAGE, after: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    staleTime: 10_000,
  });
  const items = useMemo(() => result.data?.pages.flatMap((page) => page.items) ?? [], [result.data]);
  const [shown, setShown] = useState<string | null>(null);
  if (result.isPending) return <Skeleton lines={4} height={80} />;
  if (result.isError && items.length === 0)
    return <ErrorState error={result.error} retry={() => void result.refetch()} />;
  if (items.length === 0) return <EmptyState title={t("inbox.galleryEmpty")} />;
  const isGrid = kind === "image" || kind === "video";
  return (
    <>
      <ul className={isGrid ? styles.grid : styles.list}>
        {items.map((message) => (
          <li key={message.id}>
            {isGrid ? (
              <Tile
                message={message}
                onOpen={() =>
                  kind === "image" && message.media?.state === "ready"
                    ? setShown(message.id)
                    : onOpenHit(chat.id, message.id)
                }
              />
            ) : (
              <Row message={message} isLink={kind === "link"} onJump={() => onOpenHit(chat.id, message.id)} />
            )}
          </li>
        ))}
      </ul>
      {result.hasNextPage && (
        <div className={styles.more}>
          <Button busy={result.isFetchingNextPage} onClick={() => void result.fetchNextPage()}>
            {t("inbox.showMore")}
          </Button>
        </div>
      )}
      {shown !== null && (
        <Viewer chatId={chat.id} messageId={shown} also={[...items].reverse()} onClose={() => setShown(null)} />
      )}
    </>
  );
}

function Tile({ message, onOpen }: { message: MessageView; onOpen: () => void }) {
  const { t, locale } = useText();
  const times = useTimes();
  const { media } = message;
  const isPicture = message.kind === "image" && media?.state === "ready" && media.url !== null;
  const still = media?.thumbnail?.startsWith("data:image/") ? media.thumbnail : null;
  const source = isPicture ? media.url : still;
  return (
    <button
      type="button"
      className={styles.tile}
      aria-label={`${t(`inbox.kind.${message.kind}`)}, ${times.full(message.at)}`}
      onClick={onOpen}
    >
      {source !== null && <img src={source} alt="" loading="lazy" decoding="async" className={styles.image} />}
      {message.kind === "video" && (
        <span className={styles.length}>
          <Play size={12} fill="currentColor" aria-hidden="true" /> {lengthWords(media?.seconds ?? 0)}
        </span>
      )}
      {media?.state !== "ready" && (
        <span className={styles.gone}>
          {t(`inbox.media.${media?.state ?? "missing"}`, { size: sizeWords(locale, media?.size ?? 0) })}
        </span>
      )}
    </button>
  );
}

function Row({ message, isLink, onJump }: { message: MessageView; isLink: boolean; onJump: () => void }) {
  const { t } = useText();
  const times = useTimes();
  const links = parseInline(message.body.slice(0, 4000)).filter((piece) => piece.kind === "link");
  return (
    <div className={styles.row}>
      <span className={styles.facts}>
        <bdi>{message.fromMe ? t("inbox.you") : message.senderName}</bdi> · {times.full(message.at)}
      </span>
      {isLink ? (
        links.slice(0, 4).map((link) => (
          <a
            key={link.href}
            href={link.href}
            target="_blank"
            rel="noopener noreferrer nofollow"
            className={styles.link}
          >
            {link.words}
          </a>
        ))
      ) : message.kind === "voice" || message.kind === "audio" ? (
        // biome-ignore lint/a11y/useMediaCaption: people's own recordings have no captions
        <audio src={message.media?.url ?? undefined} controls preload="none" className={styles.audio} />
      ) : (
        <DocumentFile bubble={message} />
      )}
      <button type="button" className={styles.jump} onClick={onJump}>
        {t("inbox.showInChat")}
      </button>
    </div>
  );
}
