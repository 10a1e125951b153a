import { Gong } from "../shell";
import { useT } from "../text";
import styles from "./NoChatOpen.module.css";

/** The right pane before a chat is chosen. */
export function NoChatOpen() {
  const t = useT();
  return (
    <div className={styles.pane}>
      <Gong size={64} />
      <h2>{t("inbox.chooseChat")}</h2>
      <p>{t("inbox.chooseChatHint")}</p>
    </div>
  );
}
