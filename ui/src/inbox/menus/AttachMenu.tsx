import { FileText, Headphones, Images } from "lucide-react";
import { useText } from "../../text";
import { PICTURE_TYPES } from "../compose/files";
import type { MenuPlace } from "../parts/ui";
import { canSend, useCan } from "../team";
import type { ThreadPart } from "../thread/context";
import { PointMenu } from "./PointMenu";

function askFiles(accept: string, onFiles: (files: File[]) => void): void {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.accept = accept;
  input.onchange = () => onFiles([...(input.files ?? [])]);
  input.click();
}

/** The paperclip's menu; what the number's way to WhatsApp cannot send is shown with the reason. */
export function AttachMenu({ thread, at, onClose }: { thread: ThreadPart; at: MenuPlace; onClose: () => void }) {
  const { t } = useText();
  const { chat, offer } = thread;
  // What the number can send may become known while the menu is open.
  const can = useCan(chat.deviceId);
  const video = canSend(can, "video");
  return (
    <PointMenu
      at={at}
      label={t("inbox.attach")}
      onClose={onClose}
      items={[
        {
          label: t(video ? "inbox.picturesVideos" : "inbox.pictures"),
          icon: <Images size={18} />,
          onSelect: () => askFiles(video ? `${PICTURE_TYPES},video/*` : PICTURE_TYPES, (files) => offer({ files })),
          refused: canSend(can, "image") ? undefined : t("inbox.cannot.image"),
        },
        {
          label: t("inbox.sounds"),
          icon: <Headphones size={18} />,
          onSelect: () => askFiles("audio/*", (files) => offer({ files })),
          refused: canSend(can, "audio") ? undefined : t("inbox.cannot.audio"),
        },
        {
          label: t("inbox.documents"),
          icon: <FileText size={18} />,
          onSelect: () => askFiles("", (files) => offer({ files, asDocuments: true })),
          refused: canSend(can, "document") ? undefined : t("inbox.cannot.document"),
        },
      ]}
    />
  );
}
