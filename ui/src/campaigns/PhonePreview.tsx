import type { UseQueryResult } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import type { Preview } from "../api.gen";
import { Bubble, IconButton, PhoneFrame } from "../design";
import { useText } from "../text";
import { useTimes } from "../time";
import styles from "./Builder.module.css";
import { isNotice } from "./template";

/** The phone of a real recipient, and of the next one. */
export function PhonePreview({
  preview,
  mediaId,
  hasText,
}: {
  preview: UseQueryResult<Preview>;
  mediaId: string | null;
  hasText: boolean;
}) {
  const text = useText();
  const { t } = text;
  const times = useTimes();
  const [turn, setTurn] = useState(0);
  const items = preview.data?.items ?? [];
  const item = items[items.length === 0 ? 0 : ((turn % items.length) + items.length) % items.length];
  const image = mediaId === null ? undefined : `/media/${mediaId}`;
  const words = emptyWords();
  function emptyWords(): string | null {
    if (!hasText && mediaId === null) return t("campaigns.preview.nothing");
    if (preview.data === undefined) return t("shell.loading");
    if (preview.data.problems.some((problem) => !isNotice(problem))) return t("campaigns.preview.problems");
    if (item === undefined) return t("campaigns.preview.nobody");
    return null;
  }
  return (
    <PhoneFrame
      title={item?.deviceName ?? t("campaigns.preview.yourNumber")}
      subtitle={t("campaigns.preview.subtitle")}
      footer={
        items.length > 0 && item !== undefined ? (
          <div className={styles.rotate}>
            <IconButton
              label={t("campaigns.preview.before")}
              icon={<ChevronLeft size={18} />}
              onClick={() => setTurn(turn - 1)}
            />
            <span aria-live="polite">
              {t("campaigns.preview.reads")} <bdi>{item.leadName || item.phoneMasked}</bdi>{" "}
              <span>
                ({items.indexOf(item) + 1}/{items.length})
              </span>
            </span>
            <IconButton
              label={t("campaigns.preview.after")}
              icon={<ChevronRight size={18} />}
              onClick={() => setTurn(turn + 1)}
            />
          </div>
        ) : undefined
      }
    >
      {words !== null || item === undefined ? (
        <p className={styles.empty}>{words}</p>
      ) : (
        <Bubble text={item.text} image={image} imageWords={t("campaigns.picture.alt")} time={times.clock(item.at)} />
      )}
    </PhoneFrame>
  );
}
