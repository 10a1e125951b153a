import { FileText, Images } from "lucide-react";
import { type MouseEvent, useCallback } from "react";
import { useText } from "../../text";
import { useUi } from "../parts/ui";
import { canSend } from "../team";
import { useThread } from "../thread/context";
import { PICTURE_TYPES } from "./files";

function askFiles(accept: string, onFiles: (files: File[]) => void): void {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.accept = accept;
  input.onchange = () => onFiles([...(input.files ?? [])]);
  input.click();
}

/** The paperclip's menu; what the number's way to WhatsApp cannot send is shown with the reason. */
export function useAttach(): (event: MouseEvent<HTMLElement>) => void {
  const { t } = useText();
  const { openMenu } = useUi();
  const { can, offer } = useThread();
  return useCallback(
    (event) => {
      const box = event.currentTarget.getBoundingClientRect();
      const video = canSend(can, "video");
      openMenu({
        x: box.left,
        y: box.top,
        label: t("inbox.attach"),
        back: event.currentTarget,
        items: [
          {
            label: t(video ? "inbox.picturesVideos" : "inbox.pictures"),
            icon: <Images size={18} />,
            onSelect: () => askFiles(video ? `${PICTURE_TYPES},video/*` : PICTURE_TYPES, offer),
            refused: canSend(can, "image") ? undefined : t("inbox.cannot.image"),
          },
          {
            label: t("inbox.documents"),
            icon: <FileText size={18} />,
            onSelect: () => askFiles("", offer),
            refused: canSend(can, "document") ? undefined : t("inbox.cannot.document"),
          },
        ],
      });
    },
    [t, openMenu, can, offer],
  );
}
