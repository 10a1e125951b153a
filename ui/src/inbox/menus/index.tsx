import type { OpenMenu } from "../parts/ui";
import { AttachMenu } from "./AttachMenu";
import { ChatMenu } from "./ChatMenu";
import { MessageMenu } from "./MessageMenu";
import { MoreMenu } from "./MoreMenu";

/** All menus of the inbox: one fetch for whichever opens first. */
export default function Menus({ menu, onClose }: { menu: OpenMenu; onClose: () => void }) {
  const { at } = menu;
  switch (menu.kind) {
    case "chat":
      return <ChatMenu chatId={menu.chatId} at={at} onClose={onClose} />;
    case "message":
      return <MessageMenu bubble={menu.bubble} thread={menu.thread} at={at} onClose={onClose} />;
    case "attach":
      return <AttachMenu thread={menu.thread} at={at} onClose={onClose} />;
    case "more":
      return <MoreMenu at={at} onClose={onClose} />;
  }
}
