import { Dialog } from "../../design";
import { useText } from "../../text";
import EmojiPanel from "../compose/EmojiPanel";
import { useInbox } from "../store/context";
import { useMessageActions } from "../thread/useMessageActions";
import styles from "./ReactWith.module.css";

/** Any emoji as a reaction. */
export default function ReactWith(props: { chatId: string; messageId: string; onClose: () => void }) {
  const { t } = useText();
  const inbox = useInbox();
  const { react } = useMessageActions();
  const bubble = inbox.store.conversation(props.chatId)?.items.find((each) => each.id === props.messageId);
  return (
    <Dialog open onClose={props.onClose} title={t("inbox.moreReactions")}>
      <div className={styles.place}>
        <EmojiPanel
          onPick={(emoji) => {
            if (bubble !== undefined) react(bubble, emoji);
            props.onClose();
          }}
          onClose={props.onClose}
        />
      </div>
    </Dialog>
  );
}
