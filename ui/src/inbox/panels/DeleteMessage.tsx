import { ConfirmDialog } from "../../design";
import { http } from "../../http";
import { useText } from "../../text";
import { useInbox } from "../store/context";

/** Asks before a message is taken back from everybody. */
export default function DeleteMessage(props: { chatId: string; messageId: string; onClose: () => void }) {
  const { t } = useText();
  const inbox = useInbox();
  const bubble = inbox.store.conversation(props.chatId)?.items.find((each) => each.id === props.messageId);
  return (
    <ConfirmDialog
      open
      onClose={props.onClose}
      title={t("inbox.deleteTitle")}
      consequence={t("inbox.deleteConsequence")}
      confirmLabel={t("inbox.deleteForEveryone")}
      onConfirm={async () => {
        await http.delete(`/api/messages/${props.messageId}`);
        if (bubble !== undefined) inbox.store.putMessage({ ...bubble, deletedAt: new Date().toISOString() });
      }}
    />
  );
}
