import { lazily } from "./parts/lazily";
import { useUi } from "./parts/ui";

const Menus = lazily(() => import("./menus"));
const NewChat = lazily(() => import("./panels/NewChat"));
const Narrow = lazily(() => import("./panels/Narrow"));
const Labels = lazily(() => import("./panels/Labels"));
const Replies = lazily(() => import("./panels/Replies"));
const Shortcuts = lazily(() => import("./panels/Shortcuts"));
const Viewer = lazily(() => import("./panels/Viewer"));
const DeleteMessage = lazily(() => import("./panels/DeleteMessage"));
const ReactWith = lazily(() => import("./panels/ReactWith"));

/** Whatever lies over the panes; each part is fetched when it is first needed. */
export function Overlays(props: {
  deviceId: string | null;
  onOpenChat: (chatId: string) => void;
  onNarrow: (by: "device" | "label", id: string) => void;
}) {
  const { overlay, show, menu, openMenu } = useUi();
  const close = () => show(null);
  return (
    <>
      {menu !== null && <Menus menu={menu} onClose={() => openMenu(null)} />}
      {overlay?.kind === "newChat" && (
        <NewChat deviceId={props.deviceId} phone={overlay.phone} onOpen={props.onOpenChat} onClose={close} />
      )}
      {overlay?.kind === "narrow" && <Narrow by={overlay.by} onPick={props.onNarrow} onClose={close} />}
      {overlay?.kind === "labels" && <Labels onClose={close} />}
      {overlay?.kind === "replies" && <Replies onClose={close} />}
      {overlay?.kind === "shortcuts" && <Shortcuts onClose={close} />}
      {overlay?.kind === "viewer" && <Viewer chatId={overlay.chatId} messageId={overlay.messageId} onClose={close} />}
      {overlay?.kind === "delete" && (
        <DeleteMessage chatId={overlay.chatId} messageId={overlay.messageId} onClose={close} />
      )}
      {overlay?.kind === "react" && <ReactWith chatId={overlay.chatId} messageId={overlay.messageId} onClose={close} />}
    </>
  );
}
