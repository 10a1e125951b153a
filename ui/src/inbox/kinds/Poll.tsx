import { useText } from "../../text";
import type { Bubble } from "../store/conversation";
import { RichText } from "../words/RichText";
import styles from "./Poll.module.css";

/** A question with its answers; votes are only on the phone. */
export function Poll({ bubble }: { bubble: Bubble }) {
  const { t } = useText();
  return (
    <div className={styles.poll}>
      <strong>
        <RichText body={bubble.body} />
      </strong>
      <ul>
        {bubble.options.map((option, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the answers of a poll never change
          <li key={index} className={styles.option}>
            <bdi>{option}</bdi>
          </li>
        ))}
      </ul>
      <p className={styles.note}>{t("inbox.pollNote")}</p>
    </div>
  );
}
